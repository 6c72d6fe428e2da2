import Execution
import Glibc
import HTTPServer
import LinuxSystem
import SystemPackage

/// The files of `--tls-cert` and `--tls-key`.
struct CertificateFiles {
    let chain: String
    let key: String

    /// - Throws: what is wrong with which of them, also when others may read the key.
    func load() throws -> HTTPCertificate {
        var status = stat()
        guard stat(key, &status) == 0 else { throw Self.unreadable(key, Errno(rawValue: errno)) }
        guard status.st_mode & 0o027 == 0 else {
            throw UserFacingError(
                "the key \(key) is open to others: chmod 600 it, and make a new one if they have read it")
        }
        let (chainBytes, keyBytes) = (try Self.read(chain), try Self.read(key))
        do {
            return try HTTPCertificate(chain: chainBytes, key: keyBytes)
        } catch {
            throw UserFacingError("cannot use the certificate \(chain) with the key \(key): \(error)")
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        do throws(Errno) {
            return Array(try PseudoFile.readText(path).utf8)
        } catch {
            throw unreadable(path, error)
        }
    }

    private static func unreadable(_ path: String, _ code: Errno) -> UserFacingError {
        UserFacingError("cannot read \(path): \(code)")
    }
}
