import Measurement

/// Reduces the frames of a run, through the very accumulator that makes the rows of its CSV.
package struct RunReduction: Sendable {
    private var accumulator: RunAccumulator
    private let divisors: [Double]
    private var reductions: [SeriesReduction]

    /// - Precondition: the edges rise, and lie behind the start.
    package init(layout: SourceLayout, start: MonotonicInstant, edges: [MonotonicInstant]) {
        accumulator = RunAccumulator(layout: layout)
        let series = layout.allSeries
        divisors = series.map { RateUnit(of: $0.metric.unit).divisor }
        reductions = series.map { _ in SeriesReduction(start: start, edges: edges) }
    }

    /// Takes frames that follow those before. Those of the beginning may be left out but for the first: then the next
    /// row has the change of all that are missing, which lies before the picture.
    package mutating func add(_ block: FrameBlock) {
        accumulator.add(block) { index, instant, change in
            guard let stretch = SeriesStretch(change, until: instant, divisor: divisors[index]) else { return }
            reductions[index].add(stretch)
        }
    }

    /// Takes frames for what follows them alone: they show that a counter counts, and when its next row begins. Those
    /// that are not behind all others are left out.
    package mutating func prime(_ block: FrameBlock) {
        if let last = accumulator.lastInstant, block.isEmpty || block.instant(at: 0) <= last { return }
        accumulator.add(block)
    }

    /// Takes the end of the run.
    package mutating func finish() {
        accumulator.finish { index, instant, change in
            guard let stretch = SeriesStretch(change, until: instant, divisor: divisors[index]) else { return }
            reductions[index].add(stretch)
        }
    }

    /// Takes rows that have been summed up already (``RunStretches``).
    ///
    /// - Parameter places: those of their series (``places(in:)``).
    package mutating func add(_ stretches: [SeriesStretch?], places: [Int?]) {
        for (stretch, place) in zip(stretches, places) {
            if let stretch, let place { reductions[place].add(stretch) }
        }
    }

    /// Where these series are in the layout; nil for those that are not.
    package func places(in series: [Series]) -> [Int?] {
        let all = accumulator.layout.allSeries
        return series.map { all.firstIndex(of: $0) }
    }

    /// In the order of the layout, parts of divided energy behind.
    package var series: [ReducedSeries] {
        zip(accumulator.layout.allSeries, reductions).map { ReducedSeries(series: $0, points: $1.points) }
    }
}

/// One series of a picture.
package struct ReducedSeries: Sendable, Hashable {
    package let series: Series
    /// One for each edge; nil where nothing was measured.
    package let points: [SeriesPoint?]

    package init(series: Series, points: [SeriesPoint?]) {
        self.series = series
        self.points = points
    }

    package var unit: RateUnit { RateUnit(of: series.metric.unit) }
}
