/// Counts of observations by size, as Prometheus understands it; observing allocates nothing.
package struct Histogram: Sendable {
    /// Upper bounds of the buckets, inclusive, in ascending order; a last bucket without bound follows.
    package let bounds: [Double]
    /// Observations per bucket, not cumulated; one more than there are bounds.
    package private(set) var counts: [UInt64]
    package private(set) var sum = 0.0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package var count: UInt64 { counts.reduce(0, +) }

    /// A copy that shares no memory with this value.
    package func separated() -> Histogram {
        var copy = self
        copy.counts = counts.map { $0 }
        return copy
    }

    package mutating func observe(_ value: Double) {
        var bucket = 0
        while bucket < bounds.count && value > bounds[bucket] { bucket += 1 }
        counts[bucket] += 1
        sum += value
    }
}
