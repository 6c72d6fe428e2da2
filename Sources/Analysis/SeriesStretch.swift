import Measurement

/// One row of a series, or several that follow each other, as a stretch of time.
package struct SeriesStretch: Sendable, Hashable {
    package var since: MonotonicInstant
    package var until: MonotonicInstant
    /// How much was added in all, in the numerator of the series' rate: joules, seconds of CPU time, a count.
    package var change: Double
    /// The least and the greatest rate of its rows, per second.
    package var minimum: Double
    package var maximum: Double
    /// The least coverage of its rows.
    package var coverage: Double

    package init(
        since: MonotonicInstant, until: MonotonicInstant, change: Double, minimum: Double, maximum: Double,
        coverage: Double
    ) {
        self.since = since
        self.until = until
        self.change = change
        self.minimum = minimum
        self.maximum = maximum
        self.coverage = coverage
    }

    /// Takes the stretch that follows.
    @inline(__always)
    mutating func append(_ next: SeriesStretch) {
        until = next.until
        change += next.change
        minimum = min(minimum, next.minimum)
        maximum = max(maximum, next.maximum)
        coverage = min(coverage, next.coverage)
    }

    /// One row; nil when no time passed in it.
    ///
    /// - Parameter divisor: that of the series' ``RateUnit``.
    @inline(__always)
    init?(_ row: SeriesChange, until instant: MonotonicInstant, divisor: Double) {
        let nanoseconds = instant.nanoseconds &- row.since.nanoseconds
        guard nanoseconds > 0 else { return nil }
        let change = row.change.asDouble / divisor
        let rate = change * 1e9 / Double(nanoseconds)
        self.init(
            since: row.since, until: instant, change: change, minimum: rate, maximum: rate, coverage: row.coverage)
    }
}
