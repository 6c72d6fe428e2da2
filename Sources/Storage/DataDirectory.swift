import Glibc
import LinuxSystem
import SystemPackage

/// The directory in which everything lies, held by one server at a time.
///
/// The lock is an flock(2) on a file of its own: the kernel takes it back however the server ends. A command that was
/// between clone and exec when the server was killed still has it, for some milliseconds: that is waited for, and so
/// whoever has the lock knows that nothing of an earlier server is about to be executed.
struct DataDirectory: ~Copyable, Sendable {
    let path: String
    private let lock: OwnedDescriptor

    var databasePath: String { path + "/runs.sqlite" }

    /// Makes the directory where there is none (0700, its missing parents too) and takes hold of it.
    ///
    /// What is somebody else's is refused, but for root's: its owner could read what lies there, and exchange it. What
    /// is this user's and others may write is closed to them. Root's stays as it is: in a container it may have to be open.
    ///
    /// - Parameter whileWaiting: called between two attempts to take the lock.
    init(path: String, whileWaiting: () -> Void = { poll(nil, 0, attemptInterval) }) throws {
        try Self.make(path)
        try Self.closeToOthers(path, isWhole: true)
        let lock = try Self.openPrivateFile(path + "/lock")
        try Self.hold(lock.rawValue, in: path, whileWaiting: whileWaiting)
        // SQLite gives its other files the permissions of this one.
        try Self.makePrivate(path + "/runs.sqlite")
        for name in ["runs.sqlite-journal", "runs.sqlite-wal", "runs.sqlite-shm", "output"] {
            try Self.closeToOthers("\(path)/\(name)")
        }
        try Self.synchronize(path)
        self.path = path
        self.lock = lock
    }

    /// Attempts to take the lock, and milliseconds between them: two seconds, for a machine under load.
    private static let attempts = 100
    private static let attemptInterval: Int32 = 20

    private static func makePrivate(_ path: String) throws {
        let file = try openPrivateFile(path)
        if fchmod(file.rawValue, 0o600) == 0 { return }
        throw StorageError(Errno(rawValue: errno), action: "cannot make private", path: path)
    }

    /// Who may write a directory can exchange what is in it.
    ///
    /// - Parameter isWhole: whether it is the data directory itself, which may be reached by a link, and must be there.
    private static func closeToOthers(_ path: String, isWhole: Bool = false) throws {
        var status = stat()
        guard fstatat(AT_FDCWD, path, &status, isWhole ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else {
            if !isWhole, errno == ENOENT { return }
            throw StorageError(Errno(rawValue: errno), action: "cannot look at", path: path)
        }
        try refuseOfOthers(path, status)
        guard status.st_uid == geteuid(), status.st_mode & 0o022 != 0 else { return }
        guard chmod(path, status.st_mode & 0o7755) == 0 else {
            throw StorageError(Errno(rawValue: errno), action: "cannot make private", path: path)
        }
    }

    private static func make(_ path: String) throws {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let code = Errno(rawValue: errno)
        let parent = FilePath(path).removingLastComponent().string
        guard code == .noSuchFileOrDirectory, !parent.isEmpty, parent != path else {
            throw StorageError(code, action: "cannot make the data directory", path: path)
        }
        try make(parent)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw StorageError(Errno(rawValue: errno), action: "cannot make the data directory", path: path)
        }
    }

    private static func openPrivateFile(_ path: String) throws -> OwnedDescriptor {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StorageError(Errno(rawValue: errno), action: "cannot open", path: path) }
        let file = OwnedDescriptor(descriptor)
        var status = stat()
        fstat(descriptor, &status)
        try refuseOfOthers(path, status)
        return file
    }

    private static func refuseOfOthers(_ path: String, _ status: stat) throws {
        guard [0, geteuid()].contains(status.st_uid) else {
            throw StorageError(
                .notPermitted,
                "\(path) belongs to user \(status.st_uid) and this server is user \(geteuid()): chown -R it, run the server as "
                    + "that user, or choose another directory with --data-dir")
        }
        guard status.st_mode & S_IFMT != S_IFLNK else {
            throw StorageError(
                .notPermitted, "\(path) is a link, which could lead anywhere: put the thing itself there")
        }
    }

    private static func hold(_ lock: Int32, in path: String, whileWaiting: () -> Void) throws {
        var code = Errno.wouldBlock
        for _ in 0..<attempts where code == .wouldBlock {
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { return }
            code = Errno(rawValue: errno)
            whileWaiting()
        }
        guard code == .wouldBlock else { throw StorageError(code, action: "cannot lock", path: path) }
        throw StorageError(
            .locked,
            "another ergometer server uses the data directory \(path): end it, or give this one a directory of its own "
                + "with --data-dir")
    }

    /// Makes the names of new files durable.
    private static func synchronize(_ path: String) throws {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        defer { close(directory) }
        guard fsync(directory) == 0 else {
            throw StorageError(Errno(rawValue: errno), action: "cannot write", path: path)
        }
    }
}
