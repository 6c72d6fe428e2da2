import Analysis
import Measurement
import Testing

@testable import Storage

@Suite struct ChunkCodecTests {
    private func expectRoundTrip(_ block: FrameBlock) throws {
        let decoded = try ChunkCodec.decode(ChunkCodec.encode(block))
        #expect(decoded.columnCount == block.columnCount)
        #expect(decoded.count == block.count)
        // Compared outside, because printing how a hundred thousand numbers differ takes minutes.
        let isSame = decoded.rows == block.rows
        #expect(isSame)
    }

    @Test("Frames of every size survive", arguments: [(0, 3), (1, 0), (1, 1), (7, 0), (100, 12), (4096, 31)])
    func sizes(rows: Int, columns: Int) throws {
        try expectRoundTrip(randomBlock(rows: rows, columns: columns))
        try expectRoundTrip(randomBlock(rows: rows, columns: columns, in: 0...1000))
    }

    @Test("The greatest, the smallest and the absent value survive beside each other")
    func extremes() throws {
        let values: [Int64] = [.min, .max, 0, -1, 1, absentValue, .min + 1, .max - 1]
        var block = FrameBlock(columnCount: 2, capacity: 64)
        for first in values {
            for second in values {
                block.append(at: MonotonicInstant(nanoseconds: first), values: [second, first])
            }
        }
        try expectRoundTrip(block)
    }

    @Test("A part of a block is encoded alone")
    func part() throws {
        let block = sampleBlock(0..<10)
        let decoded = try ChunkCodec.decode(ChunkCodec.encode(block, range: 3..<5))
        #expect(decoded.rows == sampleBlock(3..<5).rows)
    }

    @Test("Version 1 is read for ever")
    func format() throws {
        // Two frames of one column: at 5 ns the value 1, at 9 ns -1.
        let block = try ChunkCodec.decode(chunk([2, 1, 10, 1, 2, 3]))
        #expect(Array(block.rows) == [5, 1, 9, -1])
    }

    @Test("Sums survive to the bit, and frames are not taken for them")
    func stretches() throws {
        let stretch = SeriesStretch(
            since: MonotonicInstant(nanoseconds: 5), until: MonotonicInstant(nanoseconds: 1 << 59), change: 0.1,
            minimum: -1e59, maximum: .leastNonzeroMagnitude, coverage: 1)
        let stretches = [stretch, nil, stretch]
        #expect(try ChunkCodec.decodeStretches(ChunkCodec.encode(stretches)) == stretches)
        #expect(code { _ = try ChunkCodec.decodeStretches(ChunkCodec.encode(sampleBlock(0..<3))) } == .corrupt)
    }

    @Test("A counter at 1 kHz costs no more than four bytes a value")
    func size() throws {
        var generator = SystemRandomNumberGenerator()
        var row = [Int64](repeating: 1 << 40, count: 10)
        var block = FrameBlock(columnCount: 10, capacity: 1000)
        for frame in 0..<1000 {
            for column in row.indices { row[column] += .random(in: 0...1_000_000, using: &generator) }
            let lateness = Int64.random(in: 20_000...100_000, using: &generator)
            block.append(at: MonotonicInstant(nanoseconds: Int64(frame) * 1_000_000 + lateness), values: row)
        }
        #expect(try ChunkCodec.encode(block).count <= 4 * 10 * 1000)
    }
}

@Suite struct DamagedChunkTests {
    @Test(
        "What is no chunk is refused with its reason",
        arguments: [
            ([], "empty"),
            ([2] + chunk([0, 0]).dropFirst(), "format 2"),
            ([1], "no compressed chunk"),
            ([1, 2, 3, 4, 5, 6, 7, 8], "no compressed chunk"),
            (chunk([]), "cut off"),
            (chunk([0x80]), "cut off"),
            (chunk([UInt8](repeating: 0xff, count: 10)), "longer than 64 bits"),
            (chunk([UInt8](repeating: 0x80, count: 9) + [2, 0]), "longer than 64 bits"),
            // 2^63 frames; a frame of 2^62 columns; more values than bytes.
            (chunk([UInt8](repeating: 0x80, count: 9) + [1, 1]), "shorter than its"),
            (chunk([1] + [UInt8](repeating: 0x80, count: 8) + [0x40]), "shorter than its"),
            (chunk([0] + [UInt8](repeating: 0x80, count: 9) + [1]), "shorter than its"),
            (chunk([2, 1, 10, 1, 2]), "shorter than its"),
            (chunk([1, 1, 0x80, 0x80]), "cut off"),
            (chunk([1, 1, 0, 0, 0]), "longer than it says"),
            // A zstd frame that declares a content of a terabyte.
            ([1, 0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0], "no compressed chunk"),
        ] as [([UInt8], String)])
    func garbage(bytes: [UInt8], reason: String) {
        let error = #expect(throws: StorageError.self) { try ChunkCodec.decode(bytes) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("A chunk that is cut off anywhere is refused")
    func truncated() throws {
        let bytes = try ChunkCodec.encode(randomBlock(rows: 20, columns: 3))
        for length in bytes.indices {
            #expect(code { _ = try ChunkCodec.decode(Array(bytes[..<length])) } == .corrupt)
        }
    }

    @Test("A flipped bit is noticed wherever it matters")
    func flipped() throws {
        let block = sampleBlock(0..<50)
        let bytes = try ChunkCodec.encode(block)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            // zstd ignores some bits of its header.
            guard let decoded = try? ChunkCodec.decode(damaged) else { continue }
            #expect(decoded.rows == block.rows, "bit \(bit)")
        }
    }

    @Test("Random bytes are refused")
    func random() {
        for _ in 0..<2000 {
            let payload = (0..<Int.random(in: 0...60)).map { _ in UInt8.random(in: 0 ... .max) }
            _ = try? ChunkCodec.decode(chunk(payload))
            #expect(code { _ = try ChunkCodec.decode([1] + payload) } == .corrupt)
        }
    }
}

/// A chunk whose payload is stored as it is, without checksum: at most 255 bytes.
private func chunk(_ payload: [UInt8]) -> [UInt8] {
    let blockHeader = payload.count << 3 | 1
    return [1, 0x28, 0xb5, 0x2f, 0xfd, 0x20, UInt8(payload.count)]
        + [UInt8(blockHeader & 0xff), UInt8(blockHeader >> 8), 0] + payload
}
