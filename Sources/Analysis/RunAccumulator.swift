import Measurement

/// All series of a run: changes row by row, and totals.
///
/// Fed with every block of frames of the run, in order. Memory is constant: some numbers per series.
package struct RunAccumulator: Sendable {
    package let layout: SourceLayout
    /// When the last frame was read; nil before the first.
    package private(set) var lastInstant: MonotonicInstant?
    /// Frames taken so far, the one that opens the run included.
    package private(set) var frameCount = 0
    private var series: [SeriesAccumulator]
    private var attributions: [AttributionAccumulator]
    /// Of each of them. Kept here, because asking an accumulator copies it, at every frame.
    private let parts: [[EnergyPart]]

    package init(layout: SourceLayout) {
        self.layout = layout
        series = layout.series.map { SeriesAccumulator($0) }
        attributions = layout.attributions?.map { AttributionAccumulator($0) } ?? []
        parts = attributions.map(\.parts)
    }

    /// Takes the frames of a block; rows of a frame come in the order of the layout's series.
    ///
    /// - Parameters:
    ///   - range: which frames; all of the block when nil.
    ///   - body: gets each row: the index of its series in the layout, when, and what. Must not allocate to be fast.
    /// - Precondition: the block has the layout's columns.
    package mutating func add(
        _ block: FrameBlock, range: Range<Int>? = nil,
        forEachRow body: (_ series: Int, _ instant: MonotonicInstant, _ change: SeriesChange) -> Void
    ) {
        precondition(block.columnCount == layout.columnCount, "a block of another run's frames")
        let rows = block.rows
        let values = rows.span
        for row in range ?? 0..<block.count {
            let start = row * (layout.columnCount + 1)
            let instant = MonotonicInstant(nanoseconds: values[start])
            for index in series.indices {
                guard let change = series[index].add(values, at: start + 1, instant: instant) else { continue }
                body(index, instant, change)
            }
            attribute(at: instant, forEachRow: body) { $0.add(values, at: start + 1, instant: instant) }
            lastInstant = instant
            frameCount += 1
        }
    }

    /// Takes the end of the run: energy that was waiting for the end of a window is divided now.
    package mutating func finish(
        forEachRow body: (_ series: Int, _ instant: MonotonicInstant, _ change: SeriesChange) -> Void = { _, _, _ in }
    ) {
        guard let lastInstant else { return }
        attribute(at: lastInstant, forEachRow: body) { $0.finish() }
    }

    /// Gives the rows of the windows that `close` closes.
    private mutating func attribute(
        at instant: MonotonicInstant,
        forEachRow body: (_ series: Int, _ instant: MonotonicInstant, _ change: SeriesChange) -> Void,
        close: (inout AttributionAccumulator) -> AttributionAccumulator.Parts?
    ) {
        var row = series.count
        for index in attributions.indices {
            if let changes = close(&attributions[index]) {
                for (place, part) in parts[index].enumerated() {
                    let total = attributions[index].sum(of: part)
                    body(
                        row + place, instant,
                        SeriesChange(
                            change: .real(changes[part]), total: .real(total), coverage: 1, since: changes.since))
                }
            }
            row += parts[index].count
        }
    }

    /// Takes the frames of a block for the totals alone.
    package mutating func add(_ block: FrameBlock, range: Range<Int>? = nil) {
        add(block, range: range) { _, _, _ in }
    }

    /// What the series amount to so far, in the order of the layout; behind them how energy is divided.
    package var totals: [SeriesTotal] { series.map(\.total) + attributions.flatMap(\.totals) }

    /// Which totals leave out a part of the run, as sentences for the run's warnings.
    package var warnings: [String] {
        guard let lastInstant else { return [] }
        return series.flatMap { [$0.gapWarning(runEndedAt: lastInstant), $0.starvationWarning].compactMap(\.self) }
            + attributions.compactMap { $0.gapWarning(runEndedAt: lastInstant) }
    }
}
