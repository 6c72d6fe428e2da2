import Glibc
import SystemPackage

/// A directory of sysfs, procfs or cgroupfs.
package enum PseudoDirectory {
    /// The names of the entries without `.` and `..`, in ascending order of their bytes; for discovery, not for ticks.
    ///
    /// - Throws: what `opendir(3)` answers. An entry that vanishes meanwhile is listed or not, as it happens.
    package static func names(in path: String) throws(Errno) -> [String] {
        guard let directory = opendir(path) else { throw Errno(rawValue: Glibc.errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) { names.append(name(of: entry)) }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
        let bytes = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        return String(cString: bytes)
    }
}
