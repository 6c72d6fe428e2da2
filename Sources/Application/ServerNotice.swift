import Glibc
import LinuxSystem
import Storage

/// What a server leaves in its data directory while it runs, so that `ergometer token` finds it: the file `server` with
/// its URL and its pid on a line each.
struct ServerNotice {
    let url: String
    let pid: pid_t

    private static func path(in directory: String) -> String { "\(directory)/server" }

    /// Best effort: without it a link cannot be told and a signal must be sent by hand.
    static func put(url: String, in directory: String) {
        let file = open(path(in: directory), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        try? Array("\(url)\n\(getpid())\n".utf8).withUnsafeBytes { try writeAll($0, to: file) }
    }

    static func remove(from directory: String) {
        unlink(path(in: directory))
    }

    /// The notice of a server that runs; one that a crash has left does not count.
    init?(in directory: String) {
        guard let lines = try? PseudoFile.readText(Self.path(in: directory)).split(separator: "\n"), lines.count == 2,
            let pid = pid_t(lines[1]), DataDirectoryLock.isHeld(in: directory, by: pid)
        else { return nil }
        url = String(lines[0])
        self.pid = pid
    }
}
