import Measurement

/// The rows of each series of a run, summed up while the run goes on: stored beside its frames, so that a picture of many
/// frames does not take all of them.
package struct RunStretches: Sendable {
    private let divisors: [Double]
    private var stretches: [SeriesStretch?]

    package init(layout: SourceLayout) {
        divisors = layout.allSeries.map { RateUnit(of: $0.metric.unit).divisor }
        stretches = divisors.map { _ in nil }
    }

    /// Takes the next row of a series.
    ///
    /// - Parameter index: which of the layout's series.
    @inline(__always)
    package mutating func add(_ row: SeriesChange, of index: Int, until instant: MonotonicInstant) {
        guard let stretch = SeriesStretch(row, until: instant, divisor: divisors[index]) else { return }
        if stretches[index] == nil { stretches[index] = stretch } else { stretches[index]!.append(stretch) }
    }

    /// What has come together since the last time, in the order of the layout, parts of divided energy behind; nil for a
    /// series without a row.
    package mutating func take() -> [SeriesStretch?] {
        defer { stretches = divisors.map { _ in nil } }
        return stretches
    }

    /// Takes back what ``take()`` has given away since which no row has come.
    package mutating func takeBack(_ taken: [SeriesStretch?]) {
        stretches = taken
    }
}
