import Glibc
import LinuxSystem
import Measurement
import Synchronization
import TestSupport
import Testing

@testable import Runs

/// How an engine begins and ends, and what becomes of the runs.
@Suite(.serialized)
struct RunEngineLifecycleTests {
    private func queuedRun(_ arguments: [String], at milliseconds: Int64) -> Run {
        let createdAt = WallInstant(nanosecondsSinceEpoch: 1_715_722_129_000_000_000 + milliseconds * 1_000_000)
        return Run(
            id: RunID(createdAt: createdAt), specification: RunSpecification(command: .arguments(arguments)),
            createdAt: createdAt)
    }

    @Test("at the end what runs is cancelled and stored, and what waits stays queued")
    func shutDown() throws {
        let fixture = try EngineFixture { $0.maximumConcurrentRuns = 2 }
        let running = try (0..<2).map { _ in try fixture.submit("sleep", "1000") }
        for run in running { _ = try fixture.store.waitUntilRunning(run.id) }
        let waiting = try fixture.submit("true")
        let patient = try Answer<Void>()
        fixture.engine.wait(for: waiting.id, until: MonotonicInstant(nanoseconds: .max)) { _ in patient.give(()) }
        fixture.stop()
        let runs = fixture.store.current.runs
        for run in running {
            #expect(runs[run.id]?.outcome == .cancelled)
            #expect(runs[run.id]?.summary?.totals.count == 1)
        }
        #expect(runs[waiting.id]?.state == .queued)
        #expect(fixture.engine.run(waiting.id)?.state == .queued)
        #expect(patient.count == 1)
    }

    @Test("after the end nothing is accepted, and who waits is answered at once")
    func afterwards() throws {
        let fixture = try EngineFixture()
        let run = try fixture.run("true")
        fixture.stop()
        guard case .shuttingDown? = #expect(throws: RunError.self, performing: { try fixture.submit("true") }) else {
            return
        }
        let answer = try Answer<Void>()
        fixture.engine.wait(for: run.id, until: MonotonicInstant(nanoseconds: .max)) { _ in answer.give(()) }
        #expect(answer.count == 1)
        #expect(try !fixture.engine.cancel(run.id))
        fixture.stop()
    }

    @Test("whoever submits while the engine goes down is answered, one way or the other")
    func submissionsAtTheEnd() throws {
        for _ in 0..<20 {
            let fixture = try EngineFixture()
            let submitter = try Submitter(fixture.engine)
            try submitter.waitForFirstAnswer()
            fixture.stop()
            submitter.join()
            let accepted = submitter.accepted.load(ordering: .relaxed)
            #expect(submitter.answered.load(ordering: .relaxed) == accepted)
            let states = fixture.store.current.runs.values.map(\.state)
            #expect(states.count == accepted)
            #expect(!states.contains(.running))
        }
    }

    @Test("what an earlier server had accepted is run, in its order, before what comes new")
    func resume() throws {
        let queued = (0..<5).map { queuedRun(["true"], at: Int64($0)) }
        let fixture = try EngineFixture(resuming: queued)
        defer { fixture.stop() }
        let new = try fixture.submit("true")
        _ = try fixture.finish(new.id)
        let finished = fixture.store.current.history.filter { $0.state == .finished }
        #expect(finished.map(\.id) == queued.map(\.id) + [new.id])
        #expect(finished.allSatisfy { $0.outcome == .exited(code: 0) })
    }

    @Test("a new run is later than those of an earlier server, even if the clock has stepped back")
    func laterThanResumed() throws {
        let future = WallInstant(nanosecondsSinceEpoch: WallInstant.now.nanosecondsSinceEpoch + 3_600_000_000_000)
        let old = Run(
            id: RunID(createdAt: future), specification: RunSpecification(command: .arguments(["true"])),
            createdAt: future)
        let fixture = try EngineFixture(resuming: [old])
        defer { fixture.stop() }
        #expect(try fixture.submit("true").id > old.id)
    }

    @Test("a run whose events can no longer be counted is finished as such")
    func resumeWithoutEvents() throws {
        let error = EventSelectionError(faults: [.init(index: 0, name: "r1", message: "is gone")])
        let run = queuedRun(["true"], at: 0)
        let fixture = try EngineFixture(backend: FakeBackend(selectionError: error), resuming: [run])
        defer { fixture.stop() }
        let finished = try #require(try fixture.finish(run.id))
        #expect(
            finished.outcome == .launchFailed(errno: nil, message: "the events can no longer be counted: r1 is gone"))
    }

    @Test("a run that this server would refuse is finished as such, whoever accepted it")
    func resumeRefused() throws {
        func message(allowing programs: Set<String>? = nil, _ change: (inout RunSpecification) -> Void) throws
            -> String?
        {
            var specification = RunSpecification(command: .arguments(["/bin/true"]))
            change(&specification)
            let run = Run(id: queuedRun([], at: 0).id, specification: specification, createdAt: .now)
            let fixture = try EngineFixture(resuming: [run]) { $0.policy.allowedPrograms = programs }
            defer { fixture.stop() }
            guard case .launchFailed(_, let message) = try fixture.finish(run.id)?.outcome else { return nil }
            return message
        }
        let preloading = try message(allowing: ["/bin/true"]) { $0.environment = ["LD_PRELOAD": "/tmp/x.so"] }
        #expect(preloading?.hasPrefix("environment/LD_PRELOAD must not be set on a server that runs certain") == true)
        let damaged = try message { $0.interval = .nanoseconds(1) }
        #expect(damaged?.hasPrefix("this server does not run it any more: interval must be between") == true)
    }

    @Test("what the main process leaves in its session is ended and named")
    func leftovers() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let run = try fixture.run(RunSpecification(command: .shell("sleep 1000 & exit 0")))
        #expect(run.outcome == .exited(code: 0))
        let warning = try #require(run.warnings.first { $0.contains("outlived") })
        #expect(warning.hasPrefix("1 descendant outlived the main process and was ended (pid "))
        #expect(ProcessTable().members(ofRun: try #require(run.pid)) == [])
    }

    @Test("several leftovers are named in one sentence, also those that ignore SIGTERM")
    func stubbornLeftovers() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let pipe = try NamedPipe()
        let script = "sleep 1000 & (trap '' TERM; exec \(Workload.path) ignore-term) > \(pipe.path) & wait $!"
        let run = try fixture.submit(RunSpecification(command: .shell(script), killGrace: .milliseconds(20)))
        #expect(try pipe.read() == "ready")
        kill(try #require(try fixture.store.waitUntilRunning(run.id).pid), SIGKILL)
        let finished = try #require(try fixture.finish(run.id))
        #expect(finished.outcome == .signaled(signal: SIGKILL))
        #expect(
            finished.warnings.contains { $0.hasPrefix("2 descendants outlived the main process and were ended (pid ") })
        #expect(ProcessTable().members(ofRun: try #require(finished.pid)) == [])
    }

    @Test("from a terminal what the command leaves behind lives on, and is named")
    func spared() throws {
        let fixture = try EngineFixture {
            $0.policy = .isolated(LaunchFixture.inherited)
            $0.policy.endsLeftovers = false
        }
        defer { fixture.stop() }
        let run = try fixture.run(RunSpecification(command: .shell("sleep 1000 & exit 0")))
        #expect(run.warnings.contains { $0.hasPrefix("1 descendant outlived the main process and lives on (pid ") })
        let left = ProcessTable().members(ofRun: try #require(run.pid))
        #expect(left.count == 1)
        for pid in left { kill(pid, SIGKILL) }
    }
}

/// Submits runs from a thread of its own until it is refused.
private final class Submitter: Sendable {
    let accepted = Atomic(0)
    let answered = Atomic(0)
    private let first: Answer<Void>
    private let thread = Mutex<NamedThread?>(nil)

    init(_ engine: RunEngine) throws {
        first = try Answer()
        let thread = try NamedThread(name: "submitter") { [self] in submit(to: engine) }
        self.thread.withLock { $0 = thread }
    }

    private func submit(to engine: RunEngine) {
        let specification = RunSpecification(command: .arguments(["true"]))
        while true {
            do {
                try engine.submit(specification) { [self] _ in
                    answered.wrappingAdd(1, ordering: .relaxed)
                    first.give(())
                }
                accepted.wrappingAdd(1, ordering: .relaxed)
            } catch RunError.queueFull {
                continue
            } catch {
                return
            }
        }
    }

    func waitForFirstAnswer() throws { try first.wait() }

    /// Waits until it has been refused.
    func join() { thread.withLock { $0.take() }?.join() }
}
