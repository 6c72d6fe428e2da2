import Analysis
import Measurement

/// Sums of frames, laid out as frames themselves: a row for each series, its beginning as the timestamp, real numbers as
/// their bits.
extension ChunkCodec {
    private static let columns = 5

    package static func encode(_ stretches: [SeriesStretch?]) throws -> [UInt8] {
        let rows = stretches.flatMap { stretch -> [Int64] in
            guard let stretch else { return [0] + [Int64](repeating: absentValue, count: columns) }
            let reals = [stretch.change, stretch.minimum, stretch.maximum, stretch.coverage]
            return [stretch.since.nanoseconds, stretch.until.nanoseconds]
                + reals.map { Int64(bitPattern: $0.bitPattern) }
        }
        return try encode(FrameBlock(columnCount: columns, rows: rows))
    }

    /// - Throws: ``StorageError/Code/corrupt`` for anything that ``encode(_:)`` did not write.
    package static func decodeStretches(_ bytes: [UInt8]) throws -> [SeriesStretch?] {
        let block = try decode(bytes)
        guard block.columnCount == columns else { throw StorageError(.corrupt, "these are no sums of frames") }
        return try (0..<block.count).map { row in
            let until = block.value(row: row, column: 0)
            if until == absentValue { return nil }
            let real = { Double(bitPattern: UInt64(bitPattern: block.value(row: row, column: $0))) }
            let stretch = SeriesStretch(
                since: block.instant(at: row), until: MonotonicInstant(nanoseconds: until), change: real(1),
                minimum: real(2), maximum: real(3), coverage: real(4))
            guard stretch.isSound else { throw StorageError(.corrupt, "a sum of frames cannot be") }
            return stretch
        }
    }
}

extension SeriesStretch {
    fileprivate var isSound: Bool {
        [since, until].allSatisfy(RecordCheck.isSound) && since < until
            && [change, minimum, maximum, coverage].allSatisfy(RecordCheck.realRange.contains)
    }
}
