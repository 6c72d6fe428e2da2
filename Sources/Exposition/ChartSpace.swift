/// Where values lie on the paper: time to the right, values upwards from 0.
struct ChartSpace {
    let left: Double
    let top: Double
    let width: Double
    let height: Double
    let times: ClosedRange<Double>
    /// The value at the top.
    let highest: Double

    var right: Double { left + width }
    var bottom: Double { top + height }

    func x(_ seconds: Double) -> String {
        let span = times.upperBound - times.lowerBound
        return Self.text(left + (span > 0 ? (seconds - times.lowerBound) / span : 0) * width)
    }

    func y(_ value: Double) -> String { Self.text(bottom - max(0, min(1, value / highest)) * height) }

    /// A tenth of a pixel is finer than anybody sees.
    static func text(_ pixels: Double) -> String {
        let text = DecimalText.text(pixels, decimals: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
