import Glibc
import LinuxSystem
import SystemPackage

/// The cgroup of one run.
final class RunCgroup: Sendable {
    let path: String
    private let directory: OwnedDescriptor

    /// What `clone3` takes to let a process be born in here.
    var descriptor: Int32 { directory.rawValue }

    /// Makes the cgroup; nothing is left of it when that fails.
    convenience init(creating path: String) throws(Errno) {
        try systemCall { mkdir(path, 0o755) }
        do throws(Errno) {
            try self.init(existing: path)
        } catch {
            rmdir(path)
            throw error
        }
    }

    init(existing path: String) throws(Errno) {
        directory = try OwnedDescriptor(checking: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        self.path = path
    }

    /// The processes in it that have not ended, in the order of the kernel; one pid per line in `cgroup.procs`.
    ///
    /// nil when they cannot be read.
    var pids: [Int32]? {
        guard let text = try? PseudoFile.readText("\(path)/cgroup.procs") else { return nil }
        return text.split(separator: "\n").compactMap { Int32($0) }
    }

    /// Sends SIGKILL to every process in it at once, also to those that fork meanwhile (Linux 5.14).
    func killAll() {
        let descriptor = openat(directory.rawValue, "cgroup.kill", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            for pid in pids ?? [] { kill(pid, SIGKILL) }
            return
        }
        write(descriptor, "1", 1)
        close(descriptor)
    }

    /// Takes the cgroup away. Fails, and leaves it, while a process is in it.
    func remove() {
        rmdir(path)
    }

    /// Kills what is in it, waits for its end (a few milliseconds) and takes the cgroup away; for the start of a
    /// server, which finds what its predecessor left.
    func endAndRemove() {
        killAll()
        var attempts = 0
        while rmdir(path) != 0 && errno == EBUSY && attempts < 200 {
            poll(nil, 0, 5)
            attempts += 1
        }
    }
}
