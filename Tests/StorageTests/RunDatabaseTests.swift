import Analysis
import Foundation
import GRDB
import Measurement
import Runs
import Testing

@testable import Storage

@Suite struct RunDatabaseTests {
    private let directory: TemporaryDirectory
    private let database: RunDatabase

    init() throws {
        directory = try TemporaryDirectory()
        database = try RunDatabase(directory: directory.path + "/state/ergometer")
    }

    @Test("A run is found again after the database was closed")
    func reopen() throws {
        var run = runningRun()
        run.warnings = ["a \"warning\" / with ü"]
        run.outcome = .launchFailed(errno: 2, message: "no such file")
        run.summary = RunSummary()
        try database.commit([.save(run), .append(sampleBlock(0..<5), to: run.id)])
        try database.close()

        let document = try RunDocument.encode(run)
        // The lock goes with the object; here it is still held, so the copy is opened.
        let reopened = try RunDatabase(directory: copy())
        let found = try #require(try reopened.run(run.id))
        #expect(try RunDocument.encode(found) == document)
        #expect(try reopened.chunk(of: run.id)?.block.rows == sampleBlock(0..<5).rows)
        #expect(try reopened.run(sampleRun(7).id) == nil)
    }

    @Test("A run that is saved again replaces what was there")
    func replace() throws {
        var run = sampleRun()
        try database.commit([.save(run)])
        run.state = .running
        try database.commit([.save(run)])
        #expect(try database.run(run.id)?.state == .running)
        #expect(try database.runs(RunQuery(state: .queued)).runs.isEmpty)
        #expect(try database.runs().runs.count == 1)
    }

    @Test("When one operation fails, none was carried out")
    func atomic() throws {
        let (known, unknown) = (sampleRun(), sampleRun(1))
        let failed = code {
            try database.commit([.save(known), .append(sampleBlock(0..<1), to: unknown.id)])
        }
        #expect(failed == .invalid)
        #expect(try database.run(known.id) == nil)
    }

    @Test("Chunks follow each other, those of other runs left out")
    func chunks() throws {
        let (one, other) = (runningRun(), runningRun(1))
        try database.commit([.save(one), .save(other), .append(sampleBlock(0..<3), to: one.id)])
        try database.commit([.append(sampleBlock(0..<9), to: other.id), .append(sampleBlock(3..<7), to: one.id)])
        try database.commit([.append(sampleBlock(0..<0), to: one.id)])
        let first = try #require(try database.chunk(of: one.id))
        let second = try #require(try database.chunk(of: one.id, after: first.ordinal))
        #expect(first.ordinal == 0 && second.ordinal == 1)
        #expect(first.block.rows == sampleBlock(0..<3).rows)
        #expect(second.block.rows == sampleBlock(3..<7).rows)
        #expect(try database.chunk(of: one.id, after: second.ordinal) == nil)
    }

    @Test("A block that is too large for one chunk becomes several")
    func split() throws {
        let run = runningRun()
        let block = randomBlock(rows: ChunkCodec.maximumFrames(columnCount: 2) + 1, columns: 2, in: 0...9)
        try database.commit([.save(run), .append(block, to: run.id)])
        let first = try #require(try database.chunk(of: run.id))
        let second = try #require(try database.chunk(of: run.id, after: first.ordinal))
        #expect(second.block.count == 1)
        let isSame = first.block.rows + second.block.rows == block.rows
        #expect(isSame)
    }

    @Test("Sums stand beside the last chunk of the frames that they are of, and go with it")
    func sums() throws {
        let run = runningRun()
        let end = 3 + Int64(ChunkCodec.maximumFrames(columnCount: 2) + 1)
        let stretch = SeriesStretch(
            since: MonotonicInstant(nanoseconds: 1), until: MonotonicInstant(nanoseconds: 2), change: 3, minimum: 4,
            maximum: 5, coverage: 1)
        try database.commit([
            .save(run), .append(sampleBlock(0..<3), to: run.id),
            .append(sampleBlock(3..<end), to: run.id, stretches: [stretch, nil]),
            .append(sampleBlock(end..<end + 1), to: run.id),
        ])
        #expect(try database.chunkSpans(of: run.id).map(\.endsSum) == [false, false, true, false])
        #expect(try database.stretches(of: run.id, ordinals: 0...9) == [2: [stretch, nil]])
        try database.commit([.delete(run.id)])
        #expect(try database.stretches(of: run.id, ordinals: 0...9).isEmpty)
    }

    @Test("A damaged chunk is an error that names the run, not a crash")
    func damagedChunk() throws {
        let run = runningRun()
        try database.commit([.save(run), .append(sampleBlock(0..<3), to: run.id)])
        try damageChunk(0)
        let error = #expect(throws: StorageError.self) { try database.chunk(of: run.id) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(run.id.description) == true)
    }

    @Test("Runs are decoded once, and again when they have changed; few are kept")
    func decodedOnce() throws {
        let decoded = DecodedRuns()
        var run = sampleRun()
        let id = run.id.description
        for state in [RunState.queued, .running, .running] {
            run.state = state
            #expect(try decoded.run(RunDocument.encode(run), id: id).state == state)
        }
        #expect(decoded.count == 1)
        #expect(code { _ = try decoded.run("{", id: id) } == .corrupt)
        for index in 0..<1000 as Range<Int64> {
            let run = sampleRun(index)
            _ = try decoded.run(RunDocument.encode(run), id: run.id.description)
        }
        #expect(decoded.count <= 256)
        let count = decoded.count
        run.warnings = [String(repeating: "x", count: 70_000)]
        _ = try decoded.run(RunDocument.encode(run), id: id)
        #expect(decoded.count == count)
    }

    @Test("A record that cannot be understood is an error that names the run")
    func damagedRecord() throws {
        let run = sampleRun()
        try database.commit([.save(run)])
        try database.pool.write { try $0.execute(sql: "UPDATE runs SET document = '{'") }
        let error = #expect(throws: StorageError.self) { try database.run(run.id) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(run.id.description) == true)
    }

    @Test("Readers do not wait for the writer, and see what was committed")
    func readers() throws {
        let (old, new) = (sampleRun(), sampleRun(1))
        try database.commit([.save(old)])
        try database.pool.write { writer in
            try writer.execute(sql: "DELETE FROM runs")
            #expect(try database.run(old.id) != nil)
            #expect(try database.run(new.id) == nil)
        }
        #expect(try database.run(old.id) == nil)
    }

    @Test("Commits wait for the disk")
    func synchronous() throws {
        let settings = try database.pool.writeWithoutTransaction { connection in
            try ["synchronous", "journal_mode", "foreign_keys"].map {
                try String.fetchOne(connection, sql: "PRAGMA \($0)")
            }
        }
        #expect(settings == ["2", "wal", "1"])
    }

    @Test("Nobody else may read the files")
    func permissions() throws {
        try database.commit([.save(sampleRun())])
        for name in ["", "/.."] { #expect(try mode(name) == 0o700, "\(name)") }
        for name in ["/lock", "/runs.sqlite", "/runs.sqlite-wal", "/runs.sqlite-shm"] {
            #expect(try mode(name) == 0o600, "\(name)")
        }
    }

    @Test("A server that was killed finds what it had committed")
    func killed() throws {
        let run = runningRun()
        try database.commit([.save(run), .append(sampleBlock(0..<3), to: run.id)])
        // What kill -9 leaves behind: the files as they are, nothing closed.
        let reopened = try RunDatabase(directory: copy())
        #expect(try reopened.chunk(of: run.id)?.block.count == 3)
    }

    @Test("A write that a power cut tore apart takes back itself and nothing else")
    func torn() throws {
        let run = runningRun()
        try database.commit([.save(run), .append(sampleBlock(0..<3), to: run.id)])
        let before = try size("/runs.sqlite-wal")
        try database.commit([.append(sampleBlock(3..<6), to: run.id)])
        let after = try size("/runs.sqlite-wal")
        for length in stride(from: before, to: after, by: 1000) {
            let copied = try copy()
            #expect(truncate(copied + "/runs.sqlite-wal", off_t(length)) == 0)
            let reopened = try RunDatabase(directory: copied)
            #expect(try reopened.chunk(of: run.id)?.block.count == 3)
            #expect(try reopened.chunk(of: run.id, after: 0) == nil)
        }
    }
}

extension RunDatabaseTests {
    private var path: String { database.directory.path }

    private func copy() throws -> String {
        let target = directory.path + "/copy-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: path, toPath: target)
        return target
    }

    private func damageChunk(_ ordinal: Int) throws {
        try database.pool.write {
            try $0.execute(sql: "UPDATE chunks SET data = zeroblob(20) WHERE ordinal = ?", arguments: [ordinal])
        }
    }

    private func mode(_ name: String) throws -> UInt32 {
        var status = stat()
        try #require(lstat(path + name, &status) == 0)
        return status.st_mode & 0o777
    }

    private func size(_ name: String) throws -> Int {
        var status = stat()
        try #require(lstat(path + name, &status) == 0)
        return Int(status.st_size)
    }
}
