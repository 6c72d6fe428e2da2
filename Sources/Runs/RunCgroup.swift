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

    /// Sends SIGKILL to every process in it and below at once, also to those that fork meanwhile (Linux 5.14).
    func killAll() {
        let descriptor = openat(directory.rawValue, "cgroup.kill", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            for pid in pids ?? [] { kill(pid, SIGKILL) }
            return
        }
        write(descriptor, "1", 1)
        close(descriptor)
    }

    /// Takes the cgroup away with all that the run has made in it. Fails, and leaves it, while a process is in it.
    func remove() {
        // The empty cgroups of a run that lives are its own business.
        guard isPopulated != true else { return }
        for path in tree.reversed() { rmdir(path) }
    }

    /// Kills what is in it, waits for its end (a few milliseconds) and takes the cgroup away; for the start of a
    /// server, which finds what its predecessor left.
    func endAndRemove() {
        for _ in 0..<Self.looks {
            killAll()
            guard isPopulated == true else { break }
            poll(nil, 0, Self.lookInterval)
        }
        remove()
    }

    /// Between two looks at processes that have been killed, in milliseconds, and how many looks there are at most.
    private static let lookInterval: Int32 = 5
    private static let looks = 200
}
