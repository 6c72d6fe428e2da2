import Measurement

/// Durations as people write them: `100ms`, `1.5s`, `2m`.
package enum DurationText {
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("\u{B5}s", 1000), ("\u{3BC}s", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]

    /// What a wrong duration is told.
    package static let expectation =
        "must be a number and a unit, such as \"100ms\", \"1.5s\", \"2m\", \"1h\" or \"30d\""

    /// Reads a decimal number and a unit; nil for anything else, for negative numbers and beyond 292 years.
    package static func parse(_ text: some StringProtocol) -> Duration? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let unit = units.first(where: { $0.suffix == text[number.endIndex...] }) else { return nil }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]) else { return nil }
        let (base, overflow) = whole.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow, let fraction = parts.count == 1 ? 0 : nanoseconds(fraction: parts[1], of: unit.nanoseconds)
        else { return nil }
        let (sum, sumOverflow) = base.addingReportingOverflow(fraction)
        return sumOverflow ? nil : .nanoseconds(sum)
    }

    /// `5` of a second is 500,000,000 ns; digits below a nanosecond are dropped.
    private static func nanoseconds(fraction: some StringProtocol, of unit: Int64) -> Int64? {
        guard !fraction.isEmpty else { return nil }
        var place = unit
        var sum: Int64 = 0
        for digit in fraction {
            guard let value = digit.wholeNumberValue else { return nil }
            sum += Int64(value) * place / 10
            place /= 10
        }
        return sum
    }

    /// The shortest exact form: `100ms`, `1500ms`, `2m`.
    package static func format(_ duration: Duration) -> String {
        let nanoseconds = duration.wholeNanoseconds
        let exact = units.filter { $0.suffix.utf8.count == $0.suffix.count }.last { nanoseconds % $0.nanoseconds == 0 }
        guard let exact, nanoseconds != 0 else { return "0s" }
        return "\(nanoseconds / exact.nanoseconds)\(exact.suffix)"
    }
}
