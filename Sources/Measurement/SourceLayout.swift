/// What the columns of a source's readings mean.
///
/// A reading is a row of raw 64-bit integers, exactly as the kernel counts. Scaling to units and the
/// correction for shared hardware counters happen afterwards, in `Analysis`, so that nothing is lost
/// and nothing is computed on the sampling thread.
package struct SourceLayout: Sendable, Codable, Hashable {
    /// Columns in one reading; some may carry times instead of a series.
    package let columnCount: Int
    package let series: [SeriesColumn]
    /// How energy is divided between the run and others; nil where it is not.
    package var attributions: [AttributionColumns]?

    package init(columnCount: Int, series: [SeriesColumn], attributions: [AttributionColumns]? = nil) {
        self.columnCount = columnCount
        self.series = series
        self.attributions = attributions
    }

    /// All series that rows are written for: those of the columns, and behind them the parts of divided energy.
    package var allSeries: [Series] {
        series.map(\.series) + (attributions ?? []).flatMap { columns in columns.parts.map(columns.series(of:)) }
    }

    /// One layout whose rows are the rows of `layouts` laid end to end.
    package static func joined(_ layouts: [SourceLayout]) -> SourceLayout {
        var offset = 0
        var series: [SeriesColumn] = []
        for layout in layouts {
            series += layout.series.map { $0.shifted(by: offset) }
            offset += layout.columnCount
        }
        return SourceLayout(columnCount: offset, series: series)
    }
}

/// Where one series is found in a row, and how its raw number becomes a value.
package struct SeriesColumn: Sendable, Codable, Hashable {
    package let series: Series
    /// The column of the cumulative raw value.
    package let column: Int
    /// value = raw × multiplier ÷ divisor. Two numbers, because 10⁻⁶ has no exact double but 10⁶ has.
    package let multiplier: Double
    package let divisor: Double
    /// The columns that say how long the counter was wanted and how long it ran; nil where it always runs.
    package let coverage: CoverageColumns?
    /// Whether a value that never moves means "this counter does not work here" rather than "nothing happened".
    /// True for energy: virtual machines have domains that open, read and stay at 0 J for ever.
    package let provesItselfByMoving: Bool
    /// How far a reading may be behind the truth, where that is more than the reading's own time; nil elsewhere.
    package let lag: Duration?

    package init(
        series: Series, column: Int, multiplier: Double = 1, divisor: Double = 1, coverage: CoverageColumns? = nil,
        provesItselfByMoving: Bool = false, lag: Duration? = nil
    ) {
        self.series = series
        self.column = column
        self.multiplier = multiplier
        self.divisor = divisor
        self.coverage = coverage
        self.provesItselfByMoving = provesItselfByMoving
        self.lag = lag
    }

    /// Whether values are whole numbers, kept and shown as such.
    package var isInteger: Bool { multiplier == 1 && divisor == 1 }

    package func shifted(by offset: Int) -> SeriesColumn {
        SeriesColumn(
            series: series, column: column + offset, multiplier: multiplier, divisor: divisor,
            coverage: coverage.map { CoverageColumns(enabled: $0.enabled + offset, running: $0.running + offset) },
            provesItselfByMoving: provesItselfByMoving, lag: lag)
    }
}

/// The two times, in nanoseconds, whose quotient is a counter's coverage.
package struct CoverageColumns: Sendable, Codable, Hashable {
    /// The column of `time_enabled`: how long the counter was wanted.
    package let enabled: Int
    /// The column of `time_running`: how long it was on the hardware.
    package let running: Int

    package init(enabled: Int, running: Int) {
        self.enabled = enabled
        self.running = running
    }
}
