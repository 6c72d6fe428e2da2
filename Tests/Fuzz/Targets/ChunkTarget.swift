import Measurement

@testable import Storage

/// Frames as they lie in the database: as they are, and as the inside of a sound zstd frame.
@Sendable func fuzzChunk(_ bytes: [UInt8]) {
    check(bytes)
    if let compressed = try? Zstandard.compress(bytes) { check([1] + compressed) }
}

private func check(_ bytes: [UInt8]) {
    guard let block = try? ChunkCodec.decode(bytes) else { return }
    let again = try! ChunkCodec.decode(ChunkCodec.encode(block))
    precondition(again.rows == block.rows && again.columnCount == block.columnCount, "a chunk does not read back")
}
