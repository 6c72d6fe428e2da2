/// Where a term of an event goes in the configuration words of its PMU (`format/` in sysfs).
///
///     config:0-7
///     config:0-7,32-35
///     config1:0-63
struct PMUFormat: Sendable, Hashable {
    /// 0 for `config`, 1 for `config1`, 2 for `config2`.
    let word: Int
    /// Bits of the word, those of the value's low end first.
    let bits: [Int]

    /// - Returns: nil for a line that is not understood, `config3` included.
    init?(parsing text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let word = ["config", "config1", "config2"].firstIndex(of: String(parts[0])) else {
            return nil
        }
        var bits: [Int] = []
        for range in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = Self.bits(range) else { return nil }
            bits += range
        }
        guard Set(bits).count == bits.count else { return nil }
        self.word = word
        self.bits = bits
    }

    /// A whole word, as in `cpu/config=0x3c/`.
    init(word: Int) {
        self.word = word
        bits = Array(0..<64)
    }

    /// The largest value that fits.
    var maximum: UInt64 { bits.count >= 64 ? .max : (1 << UInt64(bits.count)) - 1 }

    /// Puts a value into its bits, in place of what was there. False when it does not fit.
    func store(_ value: UInt64, in words: inout [UInt64]) -> Bool {
        guard value <= maximum else { return false }
        for (index, bit) in bits.enumerated() {
            let mask = UInt64(1) << UInt64(bit)
            words[word] = value >> UInt64(index) & 1 == 1 ? words[word] | mask : words[word] & ~mask
        }
        return true
    }

    private static func bits(_ range: Substring) -> ClosedRange<Int>? {
        let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first >= 0, last <= 63, first <= last
        else { return nil }
        return first...last
    }
}
