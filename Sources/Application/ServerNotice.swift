import Glibc
import LinuxSystem
import Storage

/// What a server leaves in its data directory while it runs, so that `ergometer token` finds it: the file `server` with
/// its pid and its URL on a line each; the URL is missing where there is a Unix socket alone.
struct ServerNotice {
    let url: String?
    let pid: pid_t

    private static func path(in directory: String) -> String { "\(directory)/server" }

    /// Best effort: without it a link cannot be told and a signal must be sent by hand.
    static func put(url: String?, in directory: String) {
        let file = open(path(in: directory), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        try? Array("\(getpid())\n\(url ?? "none")\n".utf8).withUnsafeBytes { try writeAll($0, to: file) }
    }

    static func remove(from directory: String) {
        unlink(path(in: directory))
    }

    /// The notice of a server that runs; one that a crash has left does not count.
    init?(in directory: String) {
        guard let lines = try? PseudoFile.readText(Self.path(in: directory)).split(separator: "\n"), lines.count == 2,
            let pid = pid_t(lines[0]), DataDirectoryLock.isHeld(in: directory, by: pid)
        else { return nil }
        url = lines[1] == "none" ? nil : String(lines[1])
        self.pid = pid
    }
}
