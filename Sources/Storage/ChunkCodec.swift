import Measurement

/// Frames as they lie in the database.
///
///     1 byte    version of the format, 1
///     the rest  one zstd frame with content size and checksum, holding varints:
///               frames, columns,
///               the timestamps as differences of differences,
///               then column by column the values as differences
///
/// Differences wrap around, so that every 64-bit number survives, ``absentValue`` among them. Counters that rise
/// evenly become runs of equal bytes, which zstd makes away with.
package enum ChunkCodec {
    private static let version: UInt8 = 1
    /// Timestamps and values that a chunk may hold: a megabyte when decoded.
    package static let maximumValues = 1 << 17
    private static let longestVarint = 10

    /// Frames of so many columns that fit in one chunk.
    package static func maximumFrames(columnCount: Int) -> Int { maximumValues / (columnCount + 1) }

    /// - Precondition: no more than ``maximumFrames(columnCount:)`` frames.
    package static func encode(_ block: FrameBlock, range: Range<Int>? = nil) throws -> [UInt8] {
        let range = range ?? 0..<block.count
        precondition(range.count * (block.columnCount + 1) <= maximumValues, "a block is split before it is encoded")
        var payload: [UInt8] = []
        payload.reserveCapacity(2 * range.count * (block.columnCount + 1))
        payload.append(varint: UInt64(range.count))
        payload.append(varint: UInt64(block.columnCount))
        appendTimestamps(of: block, range, to: &payload)
        for column in 0..<block.columnCount { append(column, of: block, range, to: &payload) }
        return try [version] + Zstandard.compress(payload)
    }

    /// - Throws: ``StorageError/Code/corrupt`` for anything that ``encode(_:range:)`` did not write.
    package static func decode(_ bytes: [UInt8]) throws -> FrameBlock {
        guard let version = bytes.first else { throw StorageError(.corrupt, "the chunk is empty") }
        guard version == Self.version else {
            throw StorageError(.corrupt, "format \(version) of chunks is unknown: a newer version may have written it")
        }
        let limit = (maximumValues + 2) * longestVarint
        var reader = VarintReader(try Zstandard.decompress(bytes.dropFirst(), limit: limit))
        let (frames, columns) = try size(&reader)
        var rows = [Int64](repeating: 0, count: frames * (columns + 1))
        try readTimestamps(from: &reader, to: &rows, width: columns + 1)
        for column in 0..<columns { try readColumn(column, from: &reader, to: &rows, width: columns + 1) }
        guard reader.remaining == 0 else { throw StorageError(.corrupt, "the chunk is longer than it says") }
        return FrameBlock(columnCount: columns, rows: rows)
    }
}

extension ChunkCodec {
    private static func appendTimestamps(of block: FrameBlock, _ range: Range<Int>, to payload: inout [UInt8]) {
        var previous: Int64 = 0
        var difference: Int64 = 0
        for row in range {
            let instant = block.instant(at: row).nanoseconds
            payload.append(zigzag: instant &- previous &- difference)
            difference = instant &- previous
            previous = instant
        }
    }

    private static func append(_ column: Int, of block: FrameBlock, _ range: Range<Int>, to payload: inout [UInt8]) {
        var previous: Int64 = 0
        for row in range {
            let value = block.value(row: row, column: column)
            payload.append(zigzag: value &- previous)
            previous = value
        }
    }

    /// Reads how large the block is; no more than the bytes that follow can hold, so that nobody can ask for memory.
    private static func size(_ reader: inout VarintReader) throws -> (frames: Int, columns: Int) {
        let (frames, columns) = (try reader.varint(), try reader.varint())
        guard frames <= UInt64(maximumValues), columns < UInt64(maximumValues),
            frames * (columns + 1) <= UInt64(reader.remaining)
        else { throw StorageError(.corrupt, "the chunk is shorter than its \(frames) frames of \(columns) columns") }
        return (Int(frames), Int(columns))
    }

    private static func readTimestamps(
        from reader: inout VarintReader, to rows: inout [Int64], width: Int
    ) throws {
        var previous: Int64 = 0
        var difference: Int64 = 0
        for place in stride(from: 0, to: rows.count, by: width) {
            difference &+= try reader.zigzag()
            previous &+= difference
            rows[place] = previous
        }
    }

    private static func readColumn(
        _ column: Int, from reader: inout VarintReader, to rows: inout [Int64], width: Int
    ) throws {
        var previous: Int64 = 0
        for place in stride(from: column + 1, to: rows.count, by: width) {
            previous &+= try reader.zigzag()
            rows[place] = previous
        }
    }
}
