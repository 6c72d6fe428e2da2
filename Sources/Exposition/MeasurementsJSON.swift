import Analysis
import Measurement

/// Renders the frames of a run as newline-delimited JSON, one object per row:
///
///     {"metric":"rapl_consumed_energy_J","timestamp":"2024-05-14T21:28:50.389874134Z","value":0.89825439453125,
///      "resource":{"kind":"dram","id":"0"},"consumer":{"kind":"local_machine","id":""},"attributes":{"domain":"dram"}}
///
/// on one line. The rows and their values are those of ``MeasurementsCSV``; `coverage` is a member of its own where it
/// is below 1. A value that is no number, which no sensor gives, would be null.
package struct MeasurementsJSON: MeasurementsRenderer {
    package static let contentType = "application/x-ndjson"

    private var accumulator: RunAccumulator
    private var rows: JSONRowWriter

    /// - Parameter anchor: ties the frames' clock to the wall clock, as in ``Run/startedAt``.
    package init(layout: SourceLayout, anchor: ClockAnchor, options: MeasurementOptions = MeasurementOptions()) {
        accumulator = RunAccumulator(layout: layout)
        rows = JSONRowWriter(series: layout.allSeries, anchor: anchor, options: options)
    }

    package mutating func render(_ block: FrameBlock, range: Range<Int>?, into output: inout [UInt8]) {
        accumulator.add(block, range: range) { rows.write($0, at: $1, $2, into: &output) }
    }

    package mutating func finish(into output: inout [UInt8]) {
        accumulator.finish { rows.write($0, at: $1, $2, into: &output) }
    }
}
