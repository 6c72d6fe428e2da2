import Analysis
import Measurement

/// Renders the frames of a run as CSV, block by block: memory is that of one block, however long the run.
///
///     metric;timestamp;value;resource_kind;resource_id;consumer_kind;consumer_id;__late_attributes
///     perf_software_PAGE_FAULTS;2024-05-14T21:28:49.416768909Z;17;local_machine;;process;728039;
///     rapl_consumed_energy_J;2024-05-14T21:28:50.389874134Z;0.89825439453125;dram;0;local_machine;;domain=dram
///
/// Always these eight columns; rows in order of time and, within a frame, of the layout's series. Integers as
/// integers, others in the shortest form that reads back to the same double, never with an exponent. Where a
/// counter shared its hardware, `coverage=0.5` joins the attributes. RFC 4180 quoting, line end `\n`.
package struct MeasurementsCSV: Sendable {
    package static let contentType = "text/csv; charset=utf-8; header=present"

    /// Changes and totals of what has been rendered so far.
    package private(set) var accumulator: RunAccumulator
    private let options: MeasurementOptions
    private let anchor: ClockAnchor
    private let series: [CSVSeriesText]
    private var timestamp = TimestampText()

    /// - Parameter anchor: ties the frames' clock to the wall clock, as in ``Run/startedAt``.
    package init(layout: SourceLayout, anchor: ClockAnchor, options: MeasurementOptions = MeasurementOptions()) {
        accumulator = RunAccumulator(layout: layout)
        self.options = options
        self.anchor = anchor
        series = layout.series.map { CSVSeriesText($0.series, options: options) }
    }

    /// The first line. A run that has not begun has this line alone.
    package static func header(_ options: MeasurementOptions = MeasurementOptions()) -> [UInt8] {
        let columns = [
            "metric", "timestamp", "value", "resource_kind", "resource_id", "consumer_kind", "consumer_id",
            "__late_attributes",
        ]
        return columns.map { Array($0.utf8) }.joined(separator: [options.separator.byte]) + [UInt8(ascii: "\n")]
    }

    /// Appends the rows of the next frames to `output`.
    ///
    /// - Parameters:
    ///   - block: frames that follow those rendered before; the very first opens the run and gives no rows.
    ///   - range: which frames; all of the block when nil.
    package mutating func render(_ block: FrameBlock, range: Range<Int>? = nil, into output: inout [UInt8]) {
        let separator = options.separator.byte
        let showsTotal = options.values == .cumulative
        accumulator.add(block, range: range) { index, instant, change in
            timestamp.write(anchor.wallTime(at: instant))
            output.append(contentsOf: series[index].head)
            output.append(contentsOf: timestamp.bytes)
            output.append(separator)
            output.append(showsTotal ? change.total : change.change)
            Self.finishLine(series[index], coverage: change.coverage, output: &output)
        }
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
