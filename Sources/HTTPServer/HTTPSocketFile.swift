import Glibc

/// The name of a Unix socket in the file system: for its owner alone (0600).
struct HTTPSocketFile {
    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Binds a socket to a path and listens. What a dead server has left there is replaced; a live one, and anything
    /// that is no socket, is left alone (EADDRINUSE, EEXIST).
    ///
    /// It is bound under another name first, so that nobody connects before its permissions are right.
    ///
    /// - Returns: nil on failure, with `errno`.
    init?(listening descriptor: Int32, at path: String) {
        let draft = "\(path).\(getpid())"
        guard Self.isFree(path), let address = sockaddr_un(path: draft) else { return nil }
        unlink(draft)
        var status = stat()
        guard address.withSocketAddress({ bind(descriptor, $0, $1) }) == 0 else { return nil }
        guard chmod(draft, 0o600) == 0, listen(descriptor, SOMAXCONN) == 0, lstat(draft, &status) == 0,
            rename(draft, path) == 0
        else {
            let code = errno
            unlink(draft)
            errno = code
            return nil
        }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Whether nothing is there, or a socket that nobody listens to.
    private static func isFree(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            errno = EEXIST
            return false
        }
        guard let address = sockaddr_un(path: path) else { return false }
        let client = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard client >= 0 else { return false }
        defer { close(client) }
        if address.withSocketAddress({ connect(client, $0, $1) }) != 0, errno == ECONNREFUSED { return true }
        errno = EADDRINUSE
        return false
    }

    /// Takes the name away, unless it is another server's by now.
    func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }
}

extension sockaddr_un {
    /// - Returns: nil, with `errno`, if the path is too long: 107 bytes are the most.
    fileprivate init?(path: String) {
        self.init()
        guard path.utf8.count < MemoryLayout.size(ofValue: sun_path) else {
            errno = ENAMETOOLONG
            return nil
        }
        sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: path.utf8) }
    }

    fileprivate func withSocketAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: self) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
