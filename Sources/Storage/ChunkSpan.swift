import Measurement

/// Where some stored frames of a run lie: their place among its chunks, and in time.
package struct ChunkSpan: Sendable, Hashable {
    package let ordinal: Int
    /// When the first and the last of its frames were read.
    package let first: MonotonicInstant
    package let last: MonotonicInstant
    package let frames: Int
}
