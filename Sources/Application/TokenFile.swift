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
        // Written under another name first: nobody ever reads half a token.
        let draft = "\(path).\(getpid())"
        let token = AccessToken.random()
        let file = try OwnedDescriptor(checking: open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        defer { unlink(draft) }
        let text = Array("\(token.text)\n".utf8)
        try systemCall { write(file.rawValue, text, text.count) }
        try systemCall { fsync(file.rawValue) }
        try systemCall { link(draft, path) }
        return token
    }

    private static func read(_ path: String) throws -> AccessToken {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw ApplicationError(
                "the token file \(path) can be read by others: chmod 600 it, or delete it for a new one")
        }
        guard let text = try? PseudoFile.readText(path), text.utf8.count >= 32 else {
            throw ApplicationError(
                "the token file \(path) holds no token of 32 characters or more: delete it for a new one")
        }
        return AccessToken(text)
    }
}
