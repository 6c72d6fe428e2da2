import CGnuTLS

/// The secret that clients show.
package struct AccessToken: Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// A new one: 256 random bits of the operating system, in hexadecimal.
    package static func random() -> AccessToken {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in generator.next() as UInt64 }
        return AccessToken(
            words.map { word in
                let digits = String(word, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined())
    }

    /// Compares in a time that depends on the candidate's length alone: all of its bytes are looked at, whatever they are.
    package func matches(_ candidate: some Sequence<UInt8>) -> Bool {
        guard !text.isEmpty else { return false }
        let secret = Array(text.utf8)
        var (difference, count) = (0 as UInt8, 0)
        for byte in candidate {
            difference |= byte ^ secret[count % secret.count]
            count += 1
        }
        return difference == 0 && count == secret.count
    }

    /// The secret that a browser keeps instead: whoever finds it in a browser's files has no token, and it is worth
    /// nothing as soon as the token is another. HMAC-SHA256 under the token, in hexadecimal.
    var forBrowsers: AccessToken { derived(for: "a browser signed in") }

    /// Tells which token it is and opens nothing.
    package var fingerprint: String { derived(for: "which token this is").text }

    private func derived(for purpose: String) -> AccessToken {
        let key = Array(text.utf8)
        let purpose = Array("ergometer: \(purpose)".utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        let code = gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key.count, purpose, purpose.count, &digest)
        precondition(code == 0, "GnuTLS has no HMAC-SHA256")
        return AccessToken(digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    /// What a person opens in a browser to sign in.
    ///
    /// - Parameter url: of the server, without a slash at its end.
    package func signInLink(at url: String) -> String {
        "\(url)/?token=\(percentEncoded(text))"
    }
}
