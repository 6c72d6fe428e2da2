import Measurement

/// Reduces the rows of one series to the points between given edges: extremes, and the mean over time.
///
/// A row is spread evenly over its interval. Where no row reaches there is no point: what was not measured is not 0.
struct SeriesReduction: Sendable {
    /// Where the first point begins; each ends at its edge, where the next one begins.
    private let start: Int64
    private let edges: [Int64]
    private var sums: [Sum]
    /// The first point that a row may still touch: rows come in order.
    private var current = 0

    fileprivate struct Sum {
        var change = 0.0
        var nanoseconds = 0.0
        var minimum = Double.infinity
        var maximum = -Double.infinity
        var coverage = 1.0
    }

    /// - Precondition: the edges rise, and lie behind the start.
    init(start: MonotonicInstant, edges: [MonotonicInstant]) {
        self.start = start.nanoseconds
        self.edges = edges.map(\.nanoseconds)
        sums = Array(repeating: Sum(), count: edges.count)
    }

    /// Takes the next row, or rows.
    @inline(__always)
    mutating func add(_ stretch: SeriesStretch) {
        let since = stretch.since.nanoseconds
        let until = stretch.until.nanoseconds
        while current < edges.count, edges[current] <= since { current += 1 }
        var index = current
        while index < edges.count {
            let left = index == 0 ? start : edges[index - 1]
            if left >= until { return }
            let part = min(until, edges[index]) - max(since, left)
            if part > 0 { sums[index].add(stretch, part, of: until - since) }
            index += 1
        }
    }

    /// One for each edge; nil where nothing was measured.
    var points: [SeriesPoint?] {
        sums.map { sum in
            guard sum.nanoseconds > 0 else { return nil }
            // Within the extremes also after rounding.
            let mean = min(max(sum.change * 1e9 / sum.nanoseconds, sum.minimum), sum.maximum)
            return SeriesPoint(minimum: sum.minimum, mean: mean, maximum: sum.maximum, coverage: sum.coverage)
        }
    }
}

extension SeriesReduction.Sum {
    @inline(__always)
    fileprivate mutating func add(_ stretch: SeriesStretch, _ part: Int64, of whole: Int64) {
        change += part == whole ? stretch.change : stretch.change * (Double(part) / Double(whole))
        nanoseconds += Double(part)
        minimum = min(minimum, stretch.minimum)
        maximum = max(maximum, stretch.maximum)
        coverage = min(coverage, stretch.coverage)
    }
}
