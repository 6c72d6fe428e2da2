import Measurement

/// Where some stored frames of a run lie: their place among its chunks, and in time.
package struct ChunkSpan: Sendable, Hashable {
    package let ordinal: Int
    /// When the first and the last of its frames were read.
    package let first: MonotonicInstant
    package let last: MonotonicInstant
    package let frames: Int
    /// Whether the store has sums of its frames and of those before them, back to the last such chunk.
    package let endsSum: Bool
}
