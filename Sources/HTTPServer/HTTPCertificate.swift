import CGnuTLS
import Synchronization

/// What a server with TLS proves its name with: a certificate with its chain, and its key.
///
/// Never freed: a session that has begun with it may still need it. Some kilobytes for each renewal.
///
/// Sendable, because nothing is written after `init`, and GnuTLS only reads certificates and keys that are in use.
package final class HTTPCertificate: @unchecked Sendable {
    fileprivate let chain: UnsafeMutablePointer<gnutls_pcert_st>
    fileprivate let count: UInt32
    fileprivate let key: gnutls_privkey_t

    /// More certificates in a file are an error.
    private static let longestChain: UInt32 = 16

    /// - Parameters:
    ///   - chain: PEM, the server's own certificate first.
    ///   - key: PEM, without a password.
    /// - Throws: ``HTTPCertificateError`` when one of them cannot be read, or they do not belong together.
    package init(chain: [UInt8], key: [UInt8]) throws {
        try Self.checkPair(chain, key)
        let list = UnsafeMutablePointer<gnutls_pcert_st>.allocate(capacity: Int(Self.longestChain))
        var count = Self.longestChain
        try Self.check(
            Self.withDatum(chain) { datum in
                gnutls_pcert_list_import_x509_raw(list, &count, datum, GNUTLS_X509_FMT_PEM, 0)
            })
        var privateKey: gnutls_privkey_t?
        try Self.check(gnutls_privkey_init(&privateKey))
        try Self.check(
            Self.withDatum(key) { gnutls_privkey_import_x509_raw(privateKey, $0, GNUTLS_X509_FMT_PEM, nil, 0) })
        self.chain = list
        self.count = count
        self.key = privateKey!
    }

    private static func checkPair(_ chain: [UInt8], _ key: [UInt8]) throws {
        var credentials: gnutls_certificate_credentials_t?
        try check(gnutls_certificate_allocate_credentials(&credentials))
        defer { gnutls_certificate_free_credentials(credentials) }
        try check(
            withDatum(chain) { chain in
                withDatum(key) { key in
                    gnutls_certificate_set_x509_key_mem(credentials, chain, key, GNUTLS_X509_FMT_PEM)
                }
            })
    }

    private static func check(_ code: Int32) throws {
        if code < 0 { throw HTTPCertificateError(message: String(cString: gnutls_strerror(code))) }
    }

    private static func withDatum<Answer>(
        _ bytes: [UInt8], _ body: (UnsafePointer<gnutls_datum_t>) -> Answer
    ) -> Answer {
        var bytes = bytes
        return bytes.withUnsafeMutableBufferPointer { buffer in
            var datum = gnutls_datum_t(data: buffer.baseAddress, size: UInt32(buffer.count))
            return body(&datum)
        }
    }

    /// Shows this one in all handshakes from here on.
    package func use() {
        current.withLock { $0 = self }
    }
}

/// Why a certificate cannot be used, in the words of GnuTLS.
package struct HTTPCertificateError: Error, CustomStringConvertible {
    let message: String

    package var description: String { message }
}

/// One for the process: the library hands no context to whoever is asked for a certificate.
private let current = Mutex<HTTPCertificate?>(nil)

/// A function and not a closure, so that it has no isolation: GnuTLS calls it on the server's thread, in a handshake.
func presentCertificate(
    session: gnutls_session_t?, authorities: UnsafePointer<gnutls_datum_t>?, authorityCount: Int32,
    algorithms: UnsafePointer<gnutls_pk_algorithm_t>?, algorithmCount: Int32,
    chain: UnsafeMutablePointer<UnsafeMutablePointer<gnutls_pcert_st>?>?, count: UnsafeMutablePointer<UInt32>?,
    key: UnsafeMutablePointer<gnutls_privkey_t?>?
) -> Int32 {
    guard let certificate = current.withLock({ $0 }) else { return -1 }
    chain?.pointee = certificate.chain
    count?.pointee = certificate.count
    key?.pointee = certificate.key
    return 0
}
