import Measurement

/// The name of a run: 26 characters, URL-safe, in order of time when compared as text.
///
/// 48 bits of milliseconds since 1970 and 80 random bits in Crockford's base 32 (the layout of a ULID), in lower case.
package struct RunID: Sendable, Codable, Hashable, Comparable, CustomStringConvertible {
    package let description: String

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// Reads an identifier as it stands in a path; nil when it is none.
    package init?(_ text: some StringProtocol) {
        // 26 digits hold 130 bits, two more than there are: the first is 7 at most.
        guard text.utf8.count == 26, text.utf8.allSatisfy(Self.alphabet.contains), text.first! <= "7" else {
            return nil
        }
        description = String(text)
    }

    /// A new identifier: random within its millisecond, and later than `previous` even if the clock stepped back.
    package init(createdAt: WallInstant, after previous: RunID? = nil) {
        let milliseconds = UInt128(max(0, createdAt.nanosecondsSinceEpoch) / 1_000_000) & 0xffff_ffff_ffff
        let bits =
            milliseconds << 80 | UInt128(UInt64.random(in: 0 ... .max)) << 16 | UInt128(UInt16.random(in: 0 ... .max))
        self.init(bits: max(bits, previous.map { $0.bits &+ 1 } ?? 0))
    }

    private init(bits: UInt128) {
        let digits = (0..<26).map { Self.alphabet[Int(truncatingIfNeeded: bits >> (5 * (25 - $0))) & 31] }
        description = String(decoding: digits, as: UTF8.self)
    }

    private var bits: UInt128 {
        description.utf8.reduce(0) { $0 << 5 | UInt128(Self.alphabet.firstIndex(of: $1)!) }
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = RunID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is no run id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}
