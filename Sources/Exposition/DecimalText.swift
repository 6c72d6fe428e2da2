/// Decimal numbers for people.
enum DecimalText {
    /// A number with so many digits behind the point: `12.50`.
    static func text(_ value: Double, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let digits = String(Int64(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
        let sign = value < 0 && scaled > 0 ? "-" : ""
        if decimals == 0 { return sign + padded }
        return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    /// A number with three digits that count, or all those before the point: `0.0123`, `1.23`, `1234`.
    static func rough(_ value: Double) -> String {
        let magnitude = abs(value)
        guard magnitude > 1e-9 else { return "0" }
        var decimals = 2
        var edge = 10.0
        while magnitude >= edge * 0.9995 && decimals > 0 {
            edge *= 10
            decimals -= 1
        }
        edge = 1
        while magnitude < edge * 0.9995 && decimals < 11 {
            edge /= 10
            decimals += 1
        }
        return text(value, decimals: decimals)
    }
}
