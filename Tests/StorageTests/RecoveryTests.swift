import Analysis
import Foundation
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

    @Test("A run whose first chunk was lost is counted from its opening frame")
    func lostFirstChunk() throws {
        var run = runningRun()
        run.opening = KeptFrame(instant: MonotonicInstant(nanoseconds: 1_000_000_000), values: [0, 0])
        try database.commit([.save(run), .append(sampleBlock(6..<11), to: run.id)])
        var whole = runningRun(1)
        whole.opening = run.opening
        try database.commit([.save(whole), .append(sampleBlock(0..<11), to: whole.id)])

        for found in try database.recover().interrupted {
            #expect(found.summary?.totals.map(\.result) == [.measured(.integer(100)), .measured(.real(60))])
        }
    }

    @Test("Runs that were interrupted say what they shared the machine with")
    func companions() throws {
        func finished(_ milliseconds: Int64, end: Int64) -> Run {
            var run = runningRun(milliseconds)
            run.state = .finished
            run.endedAt = MonotonicInstant(nanoseconds: end)
            return run
        }
        // One ended before they began, two while they ran, and one was never executed.
        let others = [finished(1, end: 999_999_999), finished(2, end: 1_500_000_000), finished(3, end: 1_000_000_001)]
        var failed = sampleRun(4)
        failed.state = .finished
        failed.outcome = .launchFailed(errno: 2, message: "")
        try database.commit(([failed] + others).map { .save($0) })
        try database.commit([.save(runningRun(5)), .save(runningRun(6))])

        let found = try database.recover().interrupted
        #expect(found.count == 2)
        for run in found {
            #expect(run.warnings.filter { $0.hasPrefix("3 other measured runs shared the machine") }.count == 1)
        }
    }

    @Test("What an interrupted run wrote is told as far as it is known")
    func output() throws {
        let outputs = OutputDirectory(path: "\(directory.path)/output")
        let (run, silent) = (runningRun(), runningRun(1))
        for (name, text) in [("stdout", "12345"), ("stderr", "")] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory.path)/output/\(run.id).\(name)"))
        }
        try database.commit([.save(run), .save(silent)])
        let found = try database.recover(outputs: outputs).interrupted
        #expect(found.map { $0.output?.stdout.keptBytes } == [5, nil])
        #expect(found[0].output?.stdout.bytes == nil)
    }

    @Test("Ids that no run has are told from those that there are")
    func unknown() throws {
        let runs = [sampleRun(0), sampleRun(1)]
        try database.commit(runs.map { .save($0) })
        let stranger = sampleRun(2).id
        #expect(try database.unknown(among: [runs[0].id, stranger]) == [stranger])
        #expect(try database.unknown(among: []) == [])
    }
}
