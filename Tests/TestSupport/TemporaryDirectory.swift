import Glibc
import LinuxSystem
import SystemPackage

/// A directory of its own for a test, removed with all it holds when the last reference goes.
package final class TemporaryDirectory: Sendable {
    package let path: String

    /// Makes `ergometer-XXXXXX`, readable by everybody.
    ///
    /// - Parameter parent: nil for `TMPDIR` or `/tmp`.
    package init(in parent: String? = nil) throws(Errno) {
        let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/ergometer-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: Glibc.errno) }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        chmod(path, 0o755)
    }

    deinit { removeTree(path) }
}

/// Removes a file, a link or a directory with all it holds; what cannot be removed stays.
func removeTree(_ path: String) {
    if unlink(path) == 0 { return }
    for name in (try? PseudoDirectory.names(in: path)) ?? [] { removeTree("\(path)/\(name)") }
    rmdir(path)
}
