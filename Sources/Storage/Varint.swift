/// Whole numbers in as few bytes as they need: seven bits a byte, the low ones first, the top bit set on all but the last.
///
/// Signed numbers are zigzagged first (0, −1, 1, −2 … become 0, 1, 2, 3 …), so that small ones of either sign are short.
extension [UInt8] {
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(zigzag value: Int64) {
        append(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }
}

/// Reads what was appended; every read fails instead of going beyond the end.
struct VarintReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - position }

    @inline(__always)
    mutating func varint() throws(StorageError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 70 {
            let byte = bytes[position]
            position += 1
            if shift == 63 && byte > 1 { break }
            value |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Self.cutOff
    }

    @inline(__always)
    mutating func zigzag() throws(StorageError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private static let cutOff = StorageError(.corrupt, "a number is cut off or longer than 64 bits")
}
