import Analysis
import Measurement

/// Writes the rows of one run's series.
struct CSVRowWriter: Sendable {
    private let options: MeasurementOptions
    private let anchor: ClockAnchor
    private let series: [CSVSeriesText]
    private var timestamp = TimestampText()

    init(series: [Series], anchor: ClockAnchor, options: MeasurementOptions) {
        self.options = options
        self.anchor = anchor
        self.series = series.map { CSVSeriesText($0, options: options) }
    }

    /// - Parameter index: which of the series.
    @inline(__always)
    mutating func write(
        _ index: Int, at instant: MonotonicInstant, _ change: SeriesChange, into output: inout [UInt8]
    ) {
        timestamp.write(anchor.wallTime(at: instant))
        output.append(contentsOf: series[index].head)
        output.append(contentsOf: timestamp.bytes)
        output.append(options.separator.byte)
        output.append(options.values == .cumulative ? change.total : change.change)
        Self.finishLine(series[index], coverage: change.coverage, output: &output)
    }

    @inline(__always)
    private static func finishLine(_ text: CSVSeriesText, coverage: Double, output: inout [UInt8]) {
        if coverage == 1 { return output.append(contentsOf: text.tail) }
        output.append(contentsOf: text.beforeCoverage)
        output.append(shortest: coverage)
        output.append(contentsOf: text.afterCoverage)
    }
}

extension [UInt8] {
    @inline(__always)
    fileprivate mutating func append(_ value: Value) {
        switch value {
        case .integer(let integer): append(decimal: integer)
        case .real(let real): append(shortest: real)
        }
    }
}
