import API
import Glibc
import LinuxSystem
import SystemPackage

/// The file `token` in the data directory, for its owner's eyes only.
enum TokenFile {
    /// Reads the token, or makes one at the first start.
    static func load(from directory: String) throws -> (token: AccessToken, path: String) {
        let path = "\(directory)/token"
        do throws(Errno) {
            return (try create(at: path), path)
        } catch  where error == .fileExists {
            return (try read(path), path)
        } catch {
            throw ApplicationError("cannot make the token file \(path): \(error)")
        }
    }

    private static func create(at path: String) throws(Errno) -> AccessToken {
        // Written under another name first: nobody ever reads half a token. One that a crash has left is in the way.
        let draft = "\(path).\(getpid())"
        unlink(draft)
        defer { unlink(draft) }
        let token = AccessToken.random()
        try write("\(token.text)\n", toNew: draft)
        try systemCall { link(draft, path) }
        return token
    }

    private static func write(_ text: String, toNew path: String) throws(Errno) {
        let file = try OwnedDescriptor(checking: open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        do {
            try Array(text.utf8).withUnsafeBytes { try writeAll($0, to: file.rawValue) }
        } catch {
            throw error as? Errno ?? .ioError
        }
        try systemCall { fsync(file.rawValue) }
    }

    private static func read(_ path: String) throws -> AccessToken {
        let mode: mode_t
        let text: String
        do throws(Errno) {
            var status = stat()
            try systemCall { stat(path, &status) }
            mode = status.st_mode
            text = try PseudoFile.readText(path)
        } catch {
            throw ApplicationError("cannot read the token file \(path): \(error)")
        }
        guard mode & 0o077 == 0 else {
            throw ApplicationError(
                "the token file \(path) can be read by others: chmod 600 it, or delete it for a new one")
        }
        guard text.utf8.count >= 32 else {
            throw ApplicationError(
                "the token file \(path) holds no token of 32 characters or more: delete it for a new one")
        }
        return AccessToken(text)
    }
}
