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

    /// Compares in a time that depends on the candidate's length alone.
    package func matches(_ candidate: some StringProtocol) -> Bool {
        guard !text.isEmpty else { return false }
        let secret = Array(text.utf8)
        var difference = UInt8(candidate.utf8.count == secret.count ? 0 : 1)
        for (index, byte) in candidate.utf8.enumerated() {
            difference |= byte ^ secret[index % secret.count]
        }
        return difference == 0
    }
}
