import Glibc
import LinuxSystem
import Measurement
import TestSupport
import Testing

@testable import Runs

/// A run is on disk as claimed before its command is executed, and no longer when it will not be.
@Suite(.serialized)
struct RunClaimTests {
    @Test("a claim shares the transaction of the acceptance, and that of the end before it")
    func transactions() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let first = try fixture.submit("sleep", "1000").id
        _ = try fixture.store.waitUntilRunning(first)
        let second = try fixture.submit("true").id
        #expect(fixture.store.current.runs[second]?.isClaimed == nil, "there is no place for it yet")
        let before = fixture.store.current
        try fixture.engine.cancel(first)
        let after = try fixture.store.wait { $0.runs[second]?.state == .finished }
        let since = after.history.dropFirst(before.history.count)
        let end = try #require(since.firstIndex { $0.id == first && $0.state == .finished })
        let claim = try #require(since.firstIndex { $0.id == second && $0.isClaimed == true })
        #expect(claim == end + 1, "directly behind it, as one commit has them")
    }

    @Test("a run whose claim cannot be stored is not executed before it can be")
    func refusedClaim() throws {
        let directory = try TemporaryDirectory()
        let trace = "\(directory.path)/trace"
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let first = try fixture.submit("sleep", "1000").id
        _ = try fixture.store.waitUntilRunning(first)
        let second = try fixture.submit("touch", trace).id
        fixture.store.fail { if case .save(let run) = $0 { run.isClaimed == true } else { false } }
        let attempts = fixture.store.current.attempts
        try fixture.engine.cancel(first)
        try fixture.store.wait { $0.attempts > attempts + 2 }
        #expect(access(trace, F_OK) != 0)
        fixture.store.fail { _ in false }
        #expect(try fixture.finish(second)?.outcome == .exited(code: 0))
        #expect(access(trace, F_OK) == 0)
    }

    @Test(
        "a launch is prepared while its claim is on the way to the disk, and is under way when its client is answered")
    func preparation() throws {
        let backend = FakeBackend()
        let fixture = try EngineFixture(backend: backend)
        defer { fixture.stop() }
        fixture.store.fail { _ in (try? waitUntil { backend.openings == 1 }) == nil }
        let census = try Answer<RunCensus>()
        try fixture.engine.submit(RunSpecification(command: .arguments(["sleep", "1000"]))) { _ in
            census.give(fixture.engine.census)
        }
        let answered = try census.wait()
        #expect(answered.counts.queued == 0 && answered.counts.running == 1)
        #expect(backend.openings == 1)
    }

    @Test("what was prepared for a run that is cancelled before it is launched is taken away")
    func cancelled() throws {
        let directory = try TemporaryDirectory()
        let backend = FakeBackend()
        let fixture = try EngineFixture(backend: backend) {
            $0.output = OutputDirectory(path: "\(directory.path)/output")
        }
        defer { fixture.stop() }
        let first = try fixture.submit("sleep", "1000").id
        _ = try fixture.store.waitUntilRunning(first)
        let second = try fixture.submit("true").id
        fixture.store.fail { operation in
            guard case .save(let run) = operation, run.isClaimed == true, run.id == second else { return false }
            _ = try? waitUntil { backend.openings == 2 }
            return (try? fixture.engine.cancel(second)) != true
        }
        try fixture.engine.cancel(first)
        #expect(try fixture.finish(second)?.outcome == .cancelled)
        let names = try PseudoDirectory.names(in: "\(directory.path)/output")
        #expect(!names.isEmpty && names.allSatisfy { $0.hasPrefix(first.description) })
    }

    @Test("what was prepared when the engine stops is taken away, and the run waits for the next server")
    func stopped() throws {
        let directory = try TemporaryDirectory()
        let backend = FakeBackend()
        let fixture = try EngineFixture(backend: backend) {
            $0.output = OutputDirectory(path: "\(directory.path)/output")
        }
        let stopping = try Answer<Void>()
        fixture.store.fail { operation in
            guard case .save(let run) = operation, run.isClaimed == true else { return false }
            _ = try? waitUntil { backend.openings == 1 }
            stopping.give(())
            _ = try? waitUntil { !fixture.engine.takesRuns }
            return false
        }
        let id = try Answer<RunID?>()
        try fixture.engine.submit(RunSpecification(command: .arguments(["true"]))) { id.give(try? $0.get().id) }
        try stopping.wait()
        fixture.stop()
        let submitted = try #require(try id.wait())
        let run = try #require(fixture.store.current.runs[submitted])
        #expect(run.state == .queued && run.isClaimed != true)
        #expect(backend.closings == 1)
        #expect(try PseudoDirectory.names(in: "\(directory.path)/output").isEmpty)
    }

    @Test("an end that can never be stored does not keep others from being launched")
    func poisonedEnd() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let poisoned = try fixture.submit("sleep", "1000").id
        _ = try fixture.store.waitUntilRunning(poisoned)
        let others = try (0..<3).map { _ in try fixture.submit("true").id }
        fixture.store.fail { $0.saves(.finished, poisoned) }
        try fixture.engine.cancel(poisoned)
        for id in others { #expect(try fixture.finish(id)?.outcome == .exited(code: 0)) }
        fixture.store.fail { _ in false }
    }

    @Test("at the end of the engine nothing that waits is claimed")
    func shutDown() throws {
        for _ in 0..<10 {
            let fixture = try EngineFixture()
            let ids = try (0..<5).map { _ in try fixture.submit("true").id }
            fixture.stop()
            for id in ids {
                let run = try #require(fixture.store.current.runs[id])
                #expect(run.state == .finished || run.isClaimed != true)
            }
        }
    }

    @Test("what waits knows its place")
    func position() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let running = try fixture.submit("sleep", "1000")
        _ = try fixture.store.waitUntilRunning(running.id)
        let waiting = try (0..<3).map { _ in try fixture.submit("true") }
        #expect(waiting.map(\.queuePosition) == [1, 2, 3])
        try fixture.engine.cancel(waiting[0].id)
        #expect(waiting.dropFirst().map { fixture.engine.run($0.id)?.queuePosition } == [1, 2])
        #expect(fixture.engine.run(running.id)?.queuePosition == nil)
        #expect(fixture.store.current.history.allSatisfy { $0.queuePosition == nil })
    }

    @Test("runs that share the machine say with how many others")
    func companions() throws {
        let fixture = try EngineFixture { $0.maximumConcurrentRuns = 3 }
        defer { fixture.stop() }
        let ids = try (0..<3).map { _ in try fixture.submit("sleep", "1000").id }
        for id in ids { _ = try fixture.store.waitUntilRunning(id) }
        for id in ids { try fixture.engine.cancel(id) }
        for id in ids {
            let warnings = try #require(try fixture.finish(id)).warnings
            #expect(warnings.contains { $0.hasPrefix("2 other measured runs shared the machine") }, "\(warnings)")
        }
        let alone = try fixture.run("true")
        #expect(!alone.warnings.contains { $0.contains("shared the machine") })
        let failed = try fixture.run("/no/such/program")
        #expect(!failed.warnings.contains { $0.contains("shared the machine") })
    }

    @Test("who is in a hurry takes the grace from commands that ignore SIGTERM")
    func hurry() throws {
        let fixture = try EngineFixture()
        let pipe = try NamedPipe()
        let run = try fixture.submit(
            RunSpecification(
                command: .shell("exec \(Workload.path) ignore-term > \(pipe.path)"), killGrace: .seconds(3600)))
        #expect(try pipe.read() == "ready")
        try fixture.engine.cancel(run.id)
        fixture.engine.hurry()
        fixture.stop()
        #expect(fixture.store.current.runs[run.id]?.outcome == .cancelled)
    }
}
