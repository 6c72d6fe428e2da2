import Glibc
import LinuxSystem

/// Who uses a data directory, as others can learn it.
package enum DataDirectoryLock {
    /// Whether a process holds the lock of a directory, as the kernel says in `/proc/locks`:
    ///
    ///     2: FLOCK  ADVISORY  WRITE 7503 fe:00:16226142 0 EOF
    ///
    /// The device is left aside: some file systems show another one here than in stat(2). So the answer is wrong if the
    /// process holds a lock on a file of the same number elsewhere, and no elsewhere.
    package static func isHeld(in directory: String, by pid: pid_t) -> Bool {
        var status = stat()
        guard lstat("\(directory)/lock", &status) == 0, mayBeSignalled(pid, by: status.st_uid),
            let text = try? PseudoFile.readText("/proc/locks")
        else { return false }
        return text.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", let holder = pid_t(words[4]) else { return false }
            return holder == pid && words[5].split(separator: ":").last == "\(status.st_ino)"
        }
    }

    /// Whose directory it is must not choose whom root sends a signal. Others can reach their own processes alone.
    private static func mayBeSignalled(_ pid: pid_t, by user: uid_t) -> Bool {
        var process = stat()
        return geteuid() != 0 || (stat("/proc/\(pid)", &process) == 0 && process.st_uid == user)
    }

    /// Whether anybody holds it, in whatever pid namespace: found out by trying to share it for a moment.
    package static func isHeld(in directory: String) -> Bool {
        let lock = open("\(directory)/lock", O_RDONLY | O_CLOEXEC)
        guard lock >= 0 else { return false }
        defer { close(lock) }
        return flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
