import Measurement

/// Writes the frames of a run as text, block by block: memory is that of one block, however long the run.
package protocol MeasurementsRenderer: Sendable {
    /// Appends the rows of the next frames to `output`.
    ///
    /// - Parameters:
    ///   - block: frames that follow those rendered before; the very first opens the run and gives no rows.
    ///   - range: which frames; all of the block when nil.
    mutating func render(_ block: FrameBlock, range: Range<Int>?, into output: inout [UInt8])

    /// Appends the rows that waited for the end of the run; nothing may be rendered behind them.
    mutating func finish(into output: inout [UInt8])
}

extension MeasurementsRenderer {
    package mutating func render(_ block: FrameBlock, into output: inout [UInt8]) {
        render(block, range: nil, into: &output)
    }
}
