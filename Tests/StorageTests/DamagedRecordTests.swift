import Analysis
import FoundationEssentials
import Measurement
import Runs
import Testing

@testable import Storage

/// Records and lists of frames that are not what was written: each costs what it is about, and nothing else.
@Suite struct DamagedRecordTests {
    private let directory: TemporaryDirectory
    private let database: RunDatabase

    init() throws {
        directory = try TemporaryDirectory()
        database = try RunDatabase(directory: directory.path)
    }

    private func damage(_ sql: String, _ run: Run) throws {
        try database.pool.write { try $0.execute(sql: "\(sql) = '\(run.id)'") }
    }

    @Test(arguments: [
        "document = '{'", "document = ''", "document = json_set(document, '$.layout.columnCount', -1)",
        "document = json_set(document, '$.layout.series[1].column', 2)",
        "document = json_set(document, '$.startedAt.wall.nanosecondsSinceEpoch', -9223372036854775808)",
        "document = json_set(document, '$.id', '01j00000000000000000000000')",
        "document = json_set(document, '$.specification.limits.processes', 9223372036854775807)",
        "document = json_set(document, '$.specification.environment', json('{\"SECRET\": 1}'))",
    ])
    func `a damaged record costs its own run, not those beside it`(change: String) throws {
        let runs = [runningRun(), runningRun(1), runningRun(2)]
        try database.commit(runs.map { .save($0) })
        try damage("UPDATE runs SET \(change) WHERE id", runs[1])

        #expect(code { _ = try database.run(runs[1].id) } == .corrupt)
        #expect(try database.contains(runs[1].id))
        let page = try database.runs()
        #expect(page.runs.map(\.id) == [runs[2].id, runs[0].id])
        #expect(page.unreadable.map(\.id) == [runs[1].id.description])
        #expect(page.unreadable[0].reason.contains("the record of run \(runs[1].id) cannot be understood"))
        #expect(!page.unreadable[0].reason.contains("SECRET"), "viewers see it")
        let first = try database.runs(RunQuery(limit: 2))
        #expect(first.runs.count == 1 && first.next == runs[1].id)

        let recovery = try database.recover()
        #expect(recovery.interrupted.map(\.id) == [runs[0].id, runs[2].id])
        #expect(recovery.unreadable.map(\.id) == page.unreadable.map(\.id))
        #expect(try database.unfinishedRuns().unreadable.count == 1, "it is left as it is")
        try database.commit([.delete(runs[1].id)])
        #expect(try !database.contains(runs[1].id))
    }

    @Test func `what may have been executed is not executed again, whatever its row says`() throws {
        var finished = runningRun()
        finished.state = .finished
        finished.outcome = .exited(code: 3)
        var started = sampleRun(1)
        started.startedAt = finished.startedAt
        let running = sampleRun(2)
        try database.commit([.save(finished), .save(started), .save(running)])
        for run in [finished, running] { try damage("UPDATE runs SET state = 'running' WHERE id", run) }
        let recovery = try database.recover()
        #expect(recovery.queued.isEmpty)
        #expect(recovery.interrupted.map(\.id) == [started.id, running.id])
        #expect(try database.run(finished.id)?.outcome == .exited(code: 3))
        #expect(try database.unfinishedRuns().runs.isEmpty)
    }

    @Test func `what kernels have been seen to say is no damage`() throws {
        var run = runningRun()
        var usage = ResourceUsage(
            userTime: .microseconds(-33), systemTime: .milliseconds(1), minorPageFaults: 1, majorPageFaults: 0,
            voluntaryContextSwitches: 0, involuntaryContextSwitches: 0, blocksRead: 0, blocksWritten: 0)
        usage.cgroup = CgroupUsage(
            cpuTime: .seconds(1), userTime: .microseconds(18_446_744_073_709_551), systemTime: .seconds(1))
        run.summary = RunSummary()
        run.summary?.resourceUsage = usage
        try database.commit([.save(run)])
        #expect(try database.run(run.id)?.summary?.resourceUsage == usage)
    }

    @Test func `what is no JSON ends no search`() throws {
        let runs = [sampleRun(0, labels: ["a": "b"]), sampleRun(1, name: "sleepy")]
        try database.commit(runs.map { .save($0) })
        try damage("UPDATE runs SET document = '{', ended_at = 9223372036854775807 WHERE id", runs[1])
        #expect(try database.runs(RunQuery(labels: ["a": "b"])).runs.map(\.id) == [runs[0].id])
        let found = try database.runs(RunQuery(search: "sleep"))
        #expect(found.runs.map(\.id) == [runs[0].id])
        #expect(found.unreadable.map(\.id) == [runs[1].id.description], "its name is known")
    }

    @Test(arguments: [
        "ordinal = -9223372036854775808", "first_ns = -9223372036854775808", "last_ns = 9223372036854775807",
        "frames = -1", "last_ns = 0",
    ])
    func `a damaged list of frames is an error, and no sum of the run ends for it`(change: String) throws {
        let run = runningRun()
        try database.commit([.save(run), .append(sampleBlock(0..<3), to: run.id)])
        try database.commit([.append(sampleBlock(3..<6), to: run.id)])
        #expect(try database.chunkSpans(of: run.id).count == 2)
        try damage("UPDATE chunks SET \(change) WHERE ordinal = 1 AND run_id", run)
        #expect(code { _ = try database.chunkSpans(of: run.id) } == .corrupt)
        #expect(try database.recover().interrupted.map(\.id) == [run.id])
    }

    @Test func `frames of other times than their list says are damaged`() throws {
        let run = runningRun()
        try database.commit([.save(run), .append(sampleBlock(0..<3), to: run.id)])
        let span = try #require(try database.chunkSpans(of: run.id).first)
        #expect(try database.chunk(of: run.id, at: span)?.block.count == 3)
        try damage("UPDATE chunks SET last_ns = last_ns + 1 WHERE run_id", run)
        let other = try #require(try database.chunkSpans(of: run.id).first)
        #expect(code { _ = try database.chunk(of: run.id, at: other) } == .corrupt)
    }

    @Test func `frames whose times fall, or are beyond all clocks, are damaged`() throws {
        for instants in [[2, 1], [0, Int64.max], [Int64.min, 0]] as [[Int64]] {
            var block = FrameBlock(columnCount: 0, capacity: 2)
            for instant in instants { block.append(at: MonotonicInstant(nanoseconds: instant), values: []) }
            let data = try ChunkCodec.encode(block)
            #expect(code { _ = try StoredChunk(ordinal: 0, data: .init(data), of: sampleRun().id) } == .corrupt)
        }
    }

    @Test func `a sum of frames that is no number is damaged`() throws {
        func stretch(_ change: Double, since: Int64 = 1, until: Int64 = 2) -> SeriesStretch {
            SeriesStretch(
                since: MonotonicInstant(nanoseconds: since), until: MonotonicInstant(nanoseconds: until),
                change: change,
                minimum: 0, maximum: 1, coverage: 1)
        }
        #expect(try ChunkCodec.decodeStretches(ChunkCodec.encode([stretch(1), nil])) == [stretch(1), nil])
        for damaged in [
            stretch(.nan), stretch(.greatestFiniteMagnitude), stretch(1, until: 1), stretch(1, until: .max),
        ] {
            let bytes = try ChunkCodec.encode([damaged])
            #expect(code { _ = try ChunkCodec.decodeStretches(bytes) } == .corrupt)
        }
    }
}
