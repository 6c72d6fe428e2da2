/// Round numbers for the marks of an axis that begins anywhere: steps of 1, 2 or 5 times a power of ten.
struct RoundTicks {
    let step: Double
    /// Rising; all within the range, with its ends where these are round.
    let values: [Double]

    /// - Parameter count: about how many are wanted, 1 at least.
    init(_ range: ClosedRange<Double>, count: Int) {
        let step = Self.step(atLeast: (range.upperBound - range.lowerBound) / Double(max(1, count)))
        self.step = step
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        // Of a range far from zero that is too short for its numbers, or of one without an end, there are no marks.
        let isCountable = first <= last && max(first.magnitude, last.magnitude) < 1e15
        values = isCountable ? (Int(first)...Int(last)).map { Double($0) * step } : []
    }

    private static func step(atLeast least: Double) -> Double {
        guard least.isFinite, least > 1e-300 else { return 1 }
        var power = 1.0
        while power * 10 <= least { power *= 10 }
        while power > least { power /= 10 }
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? 10 * power
    }

    /// A mark in as many decimals as the step needs.
    func text(_ value: Double) -> String {
        var decimals = 0
        var unit = 1.0
        while unit > step * 1.001 && decimals < 9 {
            unit /= 10
            decimals += 1
        }
        return DecimalText.text(value, decimals: decimals)
    }
}
