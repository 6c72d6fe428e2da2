/// Numbers out of the bytes of a pseudo file, without a String in between (which costs a hundred times the parsing).
package enum ByteParser {
    /// What is wrong with bytes that should have been a number.
    package enum Failure: Error, Hashable {
        /// Nothing, or nothing but white space.
        case empty
        /// A byte that does not belong to the number, at this offset.
        case unexpectedByte(at: Int)
        /// The number is above 2⁶⁴ − 1.
        case overflow
    }

    /// The one unsigned decimal number that the bytes consist of, with white space before and behind it allowed.
    ///
    ///     262143328850\n
    ///     0\n
    ///
    /// Range 0 … 2⁶⁴ − 1. A sign, a second number, a fraction and a NUL are garbage: a reading cut off or torn must
    /// not pass for a smaller number.
    package static func decimal(_ bytes: Span<UInt8>) throws(Failure) -> UInt64 {
        let start = indexBehindWhiteSpace(bytes, from: 0)
        guard start < bytes.count else { throw .empty }
        var index = start
        var value: UInt64 = 0
        while index < bytes.count, let digit = digit(bytes[index]) {
            value = try appending(digit, to: value)
            index += 1
        }
        let end = indexBehindWhiteSpace(bytes, from: index)
        guard index > start, end == bytes.count else { throw .unexpectedByte(at: index > start ? end : index) }
        return value
    }

    /// Whether a byte is one of those the kernel puts between values: space, tab, line feed, carriage return.
    package static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func indexBehindWhiteSpace(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, isWhiteSpace(bytes[index]) { index += 1 }
        return index
    }

    static func digit(_ byte: UInt8) -> UInt64? {
        (0x30...0x39).contains(byte) ? UInt64(byte &- 0x30) : nil
    }

    static func appending(_ digit: UInt64, to value: UInt64) throws(Failure) -> UInt64 {
        let (tenfold, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tenfold.addingReportingOverflow(digit)
        if tooLarge || carried { throw .overflow }
        return sum
    }
}
