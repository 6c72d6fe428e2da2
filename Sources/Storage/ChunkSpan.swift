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

extension [ChunkSpan] {
    /// Whether they lie one behind the other, on a clock that exists.
    var areSound: Bool {
        allSatisfy(\.isSound)
            && zip(self, dropFirst()).allSatisfy { $0.ordinal < $1.ordinal && $0.last <= $1.first }
    }
}

extension ChunkSpan {
    /// Whether these are the frames that it tells of.
    func holds(_ block: FrameBlock) -> Bool {
        !block.isEmpty && block.count == frames && block.instant(at: 0) == first
            && block.instant(at: block.count - 1) == last
    }

    fileprivate var isSound: Bool {
        RecordCheck.isSound(first) && RecordCheck.isSound(last) && first <= last
            && 0...ChunkCodec.maximumValues ~= frames
    }
}
