import Storage

/// Chunks that go into a picture together: as frames, or as the sums that the store has of them.
struct PicturePiece {
    let chunks: Range<Int>
    let isSummed: Bool

    /// One chunk, as frames.
    init(_ chunk: Int) {
        chunks = chunk..<chunk + 1
        isSummed = false
    }

    private init(summed chunks: Range<Int>) {
        self.chunks = chunks
        isSummed = true
    }

    var last: Int { chunks.upperBound - 1 }

    /// All of a run's, summed as far as there are sums; behind them what is newer, chunk by chunk.
    ///
    /// - Parameter endsSummed: whether the last of the sums may be used: where the run broke off, nobody added what was
    ///   waiting for the end of a window.
    static func all(of spans: [ChunkSpan], endsSummed: Bool) -> [PicturePiece] {
        var pieces: [PicturePiece] = []
        var next = 0
        for place in spans.indices where spans[place].endsSum {
            pieces.append(PicturePiece(summed: next..<place + 1))
            next = place + 1
        }
        if !endsSummed, let last = pieces.popLast() { next = last.chunks.lowerBound }
        return pieces + (next..<spans.count).map { PicturePiece($0) }
    }
}
