import Analysis
import Measurement

/// One series in column 0, its `enabled` and `running` in columns 1 and 2 when it shares its hardware.
func layout(
    _ unit: Measurement.Unit = .count, multiplier: Double = 1, divisor: Double = 1, isShared: Bool = false,
    provesItselfByMoving: Bool = false
) -> SourceLayout {
    let series = Series(metric: Metric(name: "things", unit: unit), resource: .localMachine, consumer: .process(1))
    let column = SeriesColumn(
        series: series, column: 0, multiplier: multiplier, divisor: divisor,
        coverage: isShared ? CoverageColumns(enabled: 1, running: 2) : nil, provesItselfByMoving: provesItselfByMoving)
    return SourceLayout(columnCount: isShared ? 3 : 1, series: [column])
}

/// A block with one frame every 100 ms.
func frames(_ rows: [[Int64]], columns: Int? = nil) -> FrameBlock {
    var block = FrameBlock(columnCount: columns ?? rows[0].count, capacity: rows.count)
    for (index, row) in rows.enumerated() {
        block.append(at: MonotonicInstant(nanoseconds: Int64(index) * 100_000_000), values: row)
    }
    return block
}

/// What came out of feeding `rows` to a fresh accumulator.
struct Outcome {
    var changes: [SeriesChange] = []
    var accumulator: RunAccumulator
    var result: SeriesTotal.Result { accumulator.totals[0].result }
    var coverage: Double? { accumulator.totals[0].coverage }

    init(_ layout: SourceLayout, _ rows: [[Int64]]) {
        accumulator = RunAccumulator(layout: layout)
        var changes: [SeriesChange] = []
        accumulator.add(frames(rows, columns: layout.columnCount)) { _, _, change in changes.append(change) }
        self.changes = changes
    }

    /// Why there is no total; empty when there is one.
    var reason: String {
        if case .unavailable(let reason) = result { reason } else { "" }
    }
}
