import API
import Execution
import Glibc
import HTTPServer
import LinuxSystem
import SystemPackage

/// A token in a file of the data directory, for its owner's eyes only.
struct TokenFile {
    let path: String

    /// - Parameter role: what the token is for.
    init(of role: HTTPRole, in directory: String) {
        path = "\(directory)/\(Self.names[role]!)"
    }

    private static let names: [HTTPRole: String] = [
        .owner: "token", .viewer: "viewer-token", .scraper: "metrics-token",
    ]

    /// Reads the token, or makes one at the first start.
    func load() throws -> AccessToken {
        // Nothing is written, and waited for until it is on the disk, where there is one.
        if access(path, F_OK) == 0 { return try read() }
        do throws(Errno) {
            let token = AccessToken.random()
            try write(token) { link($0, path) }
            return token
        } catch  where error == .fileExists {
            return try read()
        } catch {
            throw UserFacingError("cannot make the token file \(path): \(error)")
        }
    }

    /// Puts a new token in the place of the one that is there, if there is one.
    func replace() throws -> AccessToken {
        do throws(Errno) {
            let token = AccessToken.random()
            try write(token) { rename($0, path) }
            return token
        } catch {
            throw UserFacingError("cannot write the token file \(path): \(error)")
        }
    }

    /// Writes it under another name first: nobody ever reads half a token. One that a crash has left is in the way.
    private func write(_ token: AccessToken, putting: (_ draft: String) -> Int32) throws(Errno) {
        let draft = "\(path).\(getpid())"
        unlink(draft)
        defer { unlink(draft) }
        try write("\(token.text)\n", toNew: draft)
        let result = putting(draft)
        guard result == 0 else { throw Errno(rawValue: errno) }
    }

    private func write(_ text: String, toNew path: String) throws(Errno) {
        let file = try OwnedDescriptor(checking: open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        do {
            try Array(text.utf8).withUnsafeBytes { try writeAll($0, to: file.rawValue) }
        } catch {
            throw error as? Errno ?? .ioError
        }
        try giveToOwnerOfDirectory(file)
        try systemCall { fsync(file.rawValue) }
    }

    /// Root may write the token of a server that is somebody else's: that user must be able to read it.
    private func giveToOwnerOfDirectory(_ file: borrowing OwnedDescriptor) throws(Errno) {
        guard geteuid() == 0 else { return }
        let directory = try directoryStatus()
        let raw = file.rawValue
        if directory.st_uid != 0 { try systemCall { fchown(raw, directory.st_uid, directory.st_gid) } }
    }

    private func directoryStatus() throws(Errno) -> stat {
        var directory = stat()
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? "."
        try systemCall { stat(name.isEmpty ? "/" : name, &directory) }
        return directory
    }

    /// - Throws: also when others may read it or have put it there, or when it is too short to be a secret.
    func read() throws -> AccessToken {
        let text: String
        var status = stat()
        var owners = [0, geteuid()]
        do throws(Errno) {
            let file = try OwnedDescriptor(checking: open(path, O_RDONLY | O_CLOEXEC))
            let raw = file.rawValue
            try systemCall { fstat(raw, &status) }
            text = try PseudoFile.readText(from: file)
            // Root looks at the token of a server that is somebody else's.
            if geteuid() == 0 { owners.append(try directoryStatus().st_uid) }
        } catch {
            throw UserFacingError("cannot read the token file \(path): \(error)")
        }
        guard owners.contains(status.st_uid) else {
            throw UserFacingError(
                "the token file \(path) belongs to user \(status.st_uid), who knows what is in it: delete it for a new one"
            )
        }
        guard status.st_mode & 0o077 == 0 else {
            throw UserFacingError(
                "the token file \(path) can be read by others: chmod 600 it, or delete it for a new one")
        }
        guard text.utf8.count >= 32 else {
            throw UserFacingError(
                "the token file \(path) holds no token of 32 characters or more: delete it for a new one")
        }
        return AccessToken(text)
    }
}
