/// Counts observations in buckets with fixed upper bounds, as a Prometheus histogram does.
///
/// A value: whoever shares one guards it. ``observe(_:)`` allocates nothing as long as no copy is alive, which is
/// why ``snapshot`` copies the numbers out instead of the histogram.
package struct Histogram: Sendable {
    /// Upper bounds, inclusive, rising; +Inf is implied.
    package let bounds: [Double]
    /// Observations in each bucket alone; the last one is +Inf's.
    private var counts: [UInt64]
    private var sum: Double = 0

    /// - Precondition: the bounds rise and are finite.
    package init(bounds: [Double]) {
        precondition(bounds.allSatisfy(\.isFinite) && zip(bounds, bounds.dropFirst()).allSatisfy(<), "bounds must rise")
        self.bounds = bounds
        counts = [UInt64](repeating: 0, count: bounds.count + 1)
    }

    /// Counts a value; what is no number is not counted.
    package mutating func observe(_ value: Double) {
        if value.isNaN { return }
        // A plain loop: `firstIndex(where:)` allocates wherever the compiler does not specialise it.
        var bucket = 0
        while bucket < bounds.count && bounds[bucket] < value { bucket += 1 }
        counts[bucket] += 1
        sum += value
    }

    /// A copy that shares no memory with this value: the next ``observe(_:)`` of either allocates nothing.
    package func separated() -> Histogram {
        var copy = self
        copy.counts = counts.map { $0 }
        return copy
    }

    package var snapshot: Snapshot {
        var running: UInt64 = 0
        let cumulative = counts.map { count in
            running += count
            return running
        }
        return Snapshot(bounds: bounds, cumulativeCounts: cumulative, sum: sum)
    }

    /// A histogram at one moment, as it is exposed.
    package struct Snapshot: Sendable, Hashable {
        package let bounds: [Double]
        /// Observations at or below each bound, and last the number of all.
        package let cumulativeCounts: [UInt64]
        package let sum: Double

        package var count: UInt64 { cumulativeCounts.last ?? 0 }
    }
}
