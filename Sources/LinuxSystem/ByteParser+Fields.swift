extension ByteParser {
    /// The next unsigned decimal number of a line, with blanks before it; `index` goes behind it.
    ///
    ///     cpu0 19195 0 1711 95843 72 0 7 23 0 0
    ///
    /// nil, and `index` stays, where something else comes next: the end of the line, a letter, a number above 2⁶⁴ − 1.
    package static func nextDecimal(_ bytes: Span<UInt8>, from index: inout Int) -> UInt64? {
        var position = index
        while position < bytes.count, bytes[position] == blank || bytes[position] == tab { position += 1 }
        let start = position
        var value: UInt64 = 0
        while position < bytes.count, let digit = digit(bytes[position]) {
            guard let longer = try? appending(digit, to: value) else { return nil }
            value = longer
            position += 1
        }
        guard position > start else { return nil }
        index = position
        return value
    }

    /// Whether these bytes come next; if so, `index` goes behind them.
    package static func skip(_ word: StaticString, in bytes: Span<UInt8>, from index: inout Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[index + offset] != word.utf8Start[offset] { return false }
        index += count
        return true
    }

    /// Moves `index` to the beginning of the next line, or to the end.
    package static func skipLine(_ bytes: Span<UInt8>, from index: inout Int) {
        while index < bytes.count, bytes[index] != lineFeed { index += 1 }
        if index < bytes.count { index += 1 }
    }

    private static var blank: UInt8 { 0x20 }
    private static var tab: UInt8 { 0x09 }
    private static var lineFeed: UInt8 { 0x0A }
}
