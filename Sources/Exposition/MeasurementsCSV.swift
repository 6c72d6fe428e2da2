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
package struct MeasurementsCSV: MeasurementsRenderer {
    package static let contentType = "text/csv; charset=utf-8; header=present"

    /// Changes and totals of what has been rendered so far.
    package private(set) var accumulator: RunAccumulator
    private var rows: CSVRowWriter

    /// - Parameter anchor: ties the frames' clock to the wall clock, as in ``Run/startedAt``.
    package init(layout: SourceLayout, anchor: ClockAnchor, options: MeasurementOptions = MeasurementOptions()) {
        accumulator = RunAccumulator(layout: layout)
        rows = CSVRowWriter(series: layout.allSeries, anchor: anchor, options: options)
    }

    /// The first line. A run that has not begun has this line alone.
    package static func header(_ options: MeasurementOptions = MeasurementOptions()) -> [UInt8] {
        let columns = [
            "metric", "timestamp", "value", "resource_kind", "resource_id", "consumer_kind", "consumer_id",
            "__late_attributes",
        ]
        return columns.flatMap { Array($0.utf8) + [options.separator.byte] }.dropLast() + [UInt8(ascii: "\n")]
    }

    package mutating func render(_ block: FrameBlock, range: Range<Int>?, into output: inout [UInt8]) {
        accumulator.add(block, range: range) { rows.write($0, at: $1, $2, into: &output) }
    }

    package mutating func finish(into output: inout [UInt8]) {
        accumulator.finish { rows.write($0, at: $1, $2, into: &output) }
    }
}
