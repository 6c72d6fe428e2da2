import Analysis
import Measurement

/// A difference, absolute and relative.
enum DifferenceText {
    static func html(_ difference: AmountDifference, _ unit: Unit) -> HTML? {
        switch difference {
        case .unknown: return nil
        case .unitsDiffer: return "<small class=\"difference\">not compared: other unit</small>"
        case .known(let absolute, let relative, let isWithin):
            let amount = Quantity.amount(unit == .joules ? .real(absolute.magnitude) : whole(absolute.magnitude), unit)
            let sign = absolute < 0 ? "−" : "+"
            let percent = relative.map { ", \(absolute < 0 ? "−" : "+")\(Quantity.percent($0.magnitude).text)" } ?? ""
            let text: HTML = absolute == 0 ? "no difference" : "\(sign)\(amount.text)\(percent)"
            return isWithin == true && absolute != 0
                ? "<small class=\"difference within\">\(text), within uncertainty</small>"
                : "<small class=\"difference\">\(text)</small>"
        }
    }

    private static func whole(_ value: Double) -> Value {
        Int64(exactly: value.rounded()).map(Value.integer) ?? .real(value)
    }
}
