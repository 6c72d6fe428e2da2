extension [UInt8] {
    /// Appends an integer in decimal, without making a string of it.
    package mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    package mutating func append(decimal value: UInt64) {
        if value < 10 { return append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var start = 20
            repeat {
                start -= 1
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest != 0
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Appends a double in the shortest form that reads back to the same double, never with an exponent:
    /// `60`, `0.1`, `0.0000001`, `-0`. What is no number is `NaN`, `+Inf` or `-Inf`, as Prometheus spells them.
    package mutating func append(shortest value: Double) {
        guard value.isFinite else {
            return append(contentsOf: (value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf").utf8)
        }
        if let millionths = Self.millionths(of: value) { return append(millionths: millionths) }
        // Swift's description is the shortest one: digits, a point or not, an exponent or not.
        var description = value.description
        description.withUTF8 { append(expanding: $0) }
    }

    /// A value that is a whole number of millionths with at most 15 digits, as the energies of powercap are: no two of
    /// them are the same double, so these digits are the shortest ones, and cheaper to find.
    private static func millionths(of value: Double) -> Int64? {
        let scaled = (value * 1e6).rounded()
        guard scaled.magnitude < 1e15, scaled / 1e6 == value, scaled != 0 || value.sign == .plus else { return nil }
        return Int64(scaled)
    }

    private mutating func append(millionths: Int64) {
        if millionths < 0 { append(UInt8(ascii: "-")) }
        let (whole, fraction) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        append(decimal: whole)
        guard fraction != 0 else { return }
        append(UInt8(ascii: "."))
        var (rest, divisor) = (fraction, UInt64(100_000))
        while rest != 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
            (rest, divisor) = (rest % divisor, divisor / 10)
        }
    }

    private mutating func append(expanding text: UnsafeBufferPointer<UInt8>) {
        guard let mark = text.firstIndex(of: UInt8(ascii: "e")) else {
            return append(contentsOf: text.dropLast(text.suffix(2).elementsEqual(".0".utf8) ? 2 : 0))
        }
        let exponent = Self.signedInteger(text[(mark + 1)...])
        let isNegative = text[0] == UInt8(ascii: "-")
        if isNegative { append(UInt8(ascii: "-")) }
        append(digits: text[(isNegative ? 1 : 0)..<mark].filter { $0 != UInt8(ascii: ".") }, exponent: exponent)
    }

    /// Appends d.ddd × 10^exponent, given as its digits without the point.
    private mutating func append(digits: [UInt8], exponent: Int) {
        let zero = UInt8(ascii: "0")
        if exponent < 0 {
            append(contentsOf: "0.".utf8)
            append(contentsOf: repeatElement(zero, count: -exponent - 1))
            append(contentsOf: digits)
        } else {
            let whole = digits.prefix(exponent + 1)
            let fraction = digits.dropFirst(exponent + 1)
            append(contentsOf: whole)
            append(contentsOf: repeatElement(zero, count: exponent + 1 - whole.count))
            if fraction.contains(where: { $0 != zero }) {
                append(UInt8(ascii: "."))
                append(contentsOf: fraction)
            }
        }
    }

    /// Reads `-07` or `+22`.
    private static func signedInteger(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        let isNegative = text.first == UInt8(ascii: "-")
        let magnitude = text.reduce(0) { $1 >= UInt8(ascii: "0") ? $0 * 10 + Int($1 - UInt8(ascii: "0")) : $0 }
        return isNegative ? -magnitude : magnitude
    }
}
