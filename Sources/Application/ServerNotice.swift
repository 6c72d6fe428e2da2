import Execution
import Glibc
import HTTPServer
import LinuxSystem
import Storage

/// What a server leaves in its data directory while it runs, so that `ergometer token` finds it: the file `server` with
/// its pid, its URL (`none` where there is a Unix socket alone) and the fingerprints of its tokens, on a line each.
struct ServerNotice {
    let url: String?
    let pid: pid_t
    /// Of the tokens that it takes.
    let fingerprints: [HTTPRole: String]

    private static func path(in directory: String) -> String { "\(directory)/server" }

    /// Best effort: without it a link cannot be told and a signal must be sent by hand. Nobody ever reads half of it.
    static func put(url: String?, fingerprints: [HTTPRole: String], in directory: String) {
        let draft = "\(path(in: directory)).new"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        let tokens = fingerprints.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
        let lines = ["\(getpid())", url ?? "none", tokens.joined(separator: " ")]
        let text = Array("\(lines.joined(separator: "\n"))\n".utf8)
        guard (try? text.withUnsafeBytes { try writeAll($0, to: file) }) != nil else {
            unlink(draft)
            return
        }
        rename(draft, path(in: directory))
    }

    static func remove(from directory: String) {
        unlink(path(in: directory))
    }

    /// The notice of a server that runs; one that a crash has left does not count.
    init?(in directory: String) {
        guard let lines = try? PseudoFile.readText(Self.path(in: directory)).split(separator: "\n"), lines.count == 3,
            let pid = pid_t(lines[0]), DataDirectoryLock.isHeld(in: directory, by: pid)
        else { return nil }
        url = lines[1] == "none" ? nil : String(lines[1])
        let tokens = lines[2].split(separator: " ").map { $0.split(separator: "=") }.filter { $0.count == 2 }
        fingerprints = Dictionary(tokens.map { (HTTPRole(rawValue: "\($0[0])"), "\($0[1])") }) { first, _ in first }
        self.pid = pid
    }
}
