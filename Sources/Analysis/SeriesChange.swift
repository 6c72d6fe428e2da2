import Measurement

/// What one row of a series says: how much was added since its previous row.
package struct SeriesChange: Sendable, Hashable {
    /// The change since the previous row of the series (the first: since the start of the run), in the series' unit.
    package let change: Value
    /// The sum of all changes so far, this one included.
    package let total: Value
    /// time_running ÷ time_enabled over the interval, 0…1. Below 1 the change is scaled up by it: an estimate.
    package let coverage: Double
    /// When the interval began of which this is the change: the series' previous row, or where its counting begins.
    package let since: MonotonicInstant

    package init(change: Value, total: Value, coverage: Double, since: MonotonicInstant) {
        self.change = change
        self.total = total
        self.coverage = coverage
        self.since = since
    }
}
