/// A frame that is kept with its run, besides being among the frames in the store: the first one, from which
/// everything is counted, and the last one where the store has refused it.
package struct KeptFrame: Sendable, Codable, Hashable {
    package let instant: MonotonicInstant
    /// Raw values, in the order of the run's columns.
    package let values: [Int64]

    package init(instant: MonotonicInstant, values: [Int64]) {
        self.instant = instant
        self.values = values
    }

    /// The last frame of a block; nil when it is empty.
    package init?(lastOf block: FrameBlock) {
        guard !block.isEmpty else { return nil }
        instant = block.instant(at: block.count - 1)
        values = Array(block.rows.suffix(block.columnCount))
    }

    /// Whether the frames of a block come later, and this one is not among them.
    package func isBefore(_ block: FrameBlock) -> Bool { !block.isEmpty && instant < block.instant(at: 0) }

    /// The frame on its own.
    package var block: FrameBlock {
        var block = FrameBlock(columnCount: values.count, capacity: 1)
        block.append(at: instant, values: values)
        return block
    }
}
