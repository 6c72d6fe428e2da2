import Analysis
import Exposition
import Measurement

/// An amount as people read it, four digits and a prefix, with the exact value behind it.
struct Quantity {
    let text: String
    /// The value to the last digit, with its unit.
    let exact: String

    /// The text; the exact value is shown where the pointer rests.
    var html: HTML { "<data value=\"\(exact)\" title=\"\(exact)\">\(text)</data>" }

    static func joules(_ value: Double) -> Quantity { scaled(value, "J") }

    /// How far off an energy may be: two digits are all that is known of it.
    static func uncertainty(_ joules: Double) -> Quantity { scaled(joules, "J", digits: 2) }

    static func watts(_ value: Double) -> Quantity { scaled(value, "W") }

    static func count(_ value: Value) -> Quantity {
        Quantity(text: ReportText.grouped(value), exact: "\(exactText(value))")
    }

    static func bytes(_ value: UInt64) -> Quantity { Quantity(text: ReportText.bytes(value), exact: "\(value) bytes") }

    static func seconds(_ value: Double) -> Quantity {
        // Longer than 30 million years is no time that anybody reads in hours.
        guard 60..<1e15 ~= value.magnitude else { return scaled(value, "s", largest: 0) }
        // Rounded before it is divided: 119.96 s are two minutes.
        let rounded = value >= 3599.95 ? value.rounded() : (value * 10).rounded() / 10
        let whole = Int64(rounded)
        let rest = ReportText.fixed(rounded - Double(whole / 60 * 60), whole >= 3600 ? 0 : 1)
        let minutes = "\(whole / 60 % 60)\u{202f}min" + (Double(rest) == 0 ? "" : " \(rest)\u{202f}s")
        return Quantity(text: whole >= 3600 ? "\(whole / 3600)\u{202f}h \(minutes)" : minutes, exact: "\(value) s")
    }

    static func rate(_ perSecond: Double) -> Quantity { scaled(perSecond, "/s", smallest: 0) }

    /// A total or a change of a series in its unit; CPU time in seconds.
    static func amount(_ value: Value, _ unit: Unit) -> Quantity {
        switch unit {
        case .count: count(value)
        case .joules: joules(value.asDouble)
        case .nanoseconds:
            Quantity(text: seconds(value.asDouble / 1e9).text, exact: "\(exactText(value)) ns")
        }
    }

    /// What a change per second of the unit is: W, CPUs, events a second.
    static func rate(_ perSecond: Double, _ unit: Unit) -> Quantity {
        switch unit {
        case .count: rate(perSecond)
        case .joules: watts(perSecond)
        case .nanoseconds:
            Quantity(text: "\(digits(perSecond / 1e9))\u{202f}CPU", exact: "\(perSecond / 1e9) CPUs")
        }
    }

    static func percent(_ share: Double) -> Quantity {
        Quantity(text: "\(digits(share * 100, 3))\u{202f}%", exact: "\(share * 100) %")
    }

    /// - Parameters:
    ///   - smallest: the least power of a thousand to scale to.
    ///   - largest: the greatest one.
    private static func scaled(_ value: Double, _ unit: String, smallest: Int = -3, largest: Int = 4, digits: Int = 4)
        -> Quantity
    {
        let prefixes = ["n", "µ", "m", "", "k", "M", "G", "T"]
        var power = 0
        while power < largest, (value / thousand(to: power)).magnitude >= 999.95 { power += 1 }
        while power > smallest, value != 0, (value / thousand(to: power)).magnitude < 0.99995 { power -= 1 }
        let number = Self.digits(value / thousand(to: power), digits)
        return Quantity(text: "\(number)\u{202f}\(prefixes[power + 3])\(unit)", exact: "\(value) \(unit)")
    }

    private static func thousand(to power: Int) -> Double {
        (0..<abs(power)).reduce(1.0) { value, _ in power > 0 ? value * 1000 : value / 1000 }
    }

    /// So many significant digits, never in exponent form.
    static func digits(_ value: Double, _ count: Int = 4) -> String {
        var whole = 1
        var limit = 10.0
        while value.magnitude >= limit, whole < count {
            whole += 1
            limit *= 10
        }
        return ReportText.fixed(value, max(0, count - whole))
    }

    private static func exactText(_ value: Value) -> String {
        switch value {
        case .integer(let integer): "\(integer)"
        case .real(let real): "\(real)"
        }
    }
}
