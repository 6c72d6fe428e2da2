import Analysis
import Measurement
import Runs
import Testing

@testable import Storage

@Suite struct RecoveryTests {
    private let directory: TemporaryDirectory
    private let database: RunDatabase

    init() throws {
        directory = try TemporaryDirectory()
        database = try RunDatabase(directory: directory.path)
    }

    @Test("A run that was under way is interrupted, with what had been stored of it")
    func interrupted() throws {
        let run = runningRun()
        try database.commit([.save(run), .append(sampleBlock(0..<6), to: run.id)])
        try database.commit([.append(sampleBlock(6..<11), to: run.id)])

        let recovery = try database.recover()
        let found = try #require(recovery.interrupted.first)
        #expect(found.id == run.id)
        #expect(found.state == .finished)
        #expect(found.outcome == .interrupted)
        #expect(found.duration == .seconds(1))
        #expect(found.summary?.totals.map(\.result) == [.measured(.integer(100)), .measured(.real(60))])
        #expect(found.summary?.sampling == nil, "nobody knows how many ticks were missed")
        #expect(found.warnings.count == 1)
        #expect(found.warnings.last?.contains("its first 1.0 seconds") == true)
        let stored = try #require(try database.run(run.id))
        #expect(stored.summary?.totals == found.summary?.totals)
        #expect(stored.warnings == found.warnings)
        #expect(stored.state == .finished)
        #expect(try database.chunk(of: run.id)?.block.count == 6)
    }

    @Test("What waited waits again, in the order of submission, and what was finished is left alone")
    func order() throws {
        var finished = sampleRun(0)
        finished.state = .finished
        finished.outcome = .exited(code: 3)
        let queued = [sampleRun(9), sampleRun(4), sampleRun(6)]
        try database.commit([.save(finished)] + queued.map { .save($0) } + [.save(runningRun(5))])

        let recovery = try database.recover()
        #expect(recovery.queued.map(\.id) == queued.map(\.id))
        #expect(recovery.interrupted.count == 1)
        #expect(try database.run(finished.id)?.outcome == .exited(code: 3))
        #expect(try database.recover().interrupted.isEmpty)
    }

    @Test("A run without frames or without a start is interrupted, too, and has no invented numbers")
    func nothingStored() throws {
        var launching = sampleRun(1)
        launching.state = .running
        let frameless = runningRun()
        try database.commit([.save(frameless), .save(launching)])

        let found = try database.recover().interrupted
        #expect(found.map(\.outcome) == [.interrupted, .interrupted])
        #expect(found.map(\.duration) == [nil, nil])
        for total in found[0].summary?.totals ?? [] {
            guard case .unavailable = total.result else { return #expect(Bool(false), "\(total) was never measured") }
        }
        #expect(found[1].summary == nil)
        #expect(found[1].warnings == ["The server stopped before the command was started: nothing was measured."])
    }

    @Test("A run that was just being launched is not launched again, and what lived on of runs is named")
    func claimed() throws {
        var claimed = sampleRun(1)
        claimed.isClaimed = true
        let running = runningRun()
        try database.commit([.save(claimed), .save(running)])

        let recovery = try database.recover(ended: [running.id: [42, 43]])
        #expect(recovery.queued.isEmpty && recovery.interrupted.map(\.outcome) == [.interrupted, .interrupted])
        #expect(recovery.interrupted[0].warnings.first?.contains("is not executed again") == true)
        #expect(recovery.interrupted[1].warnings.contains { $0.contains("(pid 42, 43)") })
        #expect(try database.recover().interrupted.isEmpty)
    }

    @Test("A damaged chunk costs a warning, not the run")
    func damaged() throws {
        let run = runningRun()
        try database.commit([.save(run)])
        for start in stride(from: 0, to: 9, by: 3) as StrideTo<Int64> {
            try database.commit([.append(sampleBlock(start..<start + 3), to: run.id)])
        }
        try database.pool.write { try $0.execute(sql: "UPDATE chunks SET data = x'01ff' WHERE ordinal = 1") }

        let found = try #require(try database.recover().interrupted.first)
        #expect(found.summary?.totals[0].result == .measured(.integer(80)))
        #expect(found.warnings.contains { $0.contains("chunk 1 of the measurements") })
    }
}
