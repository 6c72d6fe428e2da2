import Analysis
import Glibc
import LinuxSystem
import Measurement
import PerfEvents
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Runs

/// The life of runs when nothing goes wrong with the store.
@Suite(.serialized)
struct RunEngineTests {
    @Test("a run is queued, runs, and is finished, and each state is stored with what is known by then")
    func life() throws {
        let fixture = try EngineFixture { $0.machineWarnings = ["a warning of the machine"] }
        defer { fixture.stop() }
        let run = try fixture.run(
            RunSpecification(command: .arguments(["sleep", "0.02"]), name: "nap", interval: .milliseconds(1)))
        let states = fixture.store.current.history
        #expect(states.map(\.state) == [.queued, .running, .finished])
        #expect(states.map(\.isClaimed) == [true, nil, nil], "accepted and claimed at once")
        #expect(states.allSatisfy { $0.id == run.id && $0.specification.name == "nap" })
        #expect(states[0].warnings == ["a warning of the plan", "a warning of the machine"])
        #expect(states[0].pid == nil && states[0].outcome == nil)
        #expect(states[1].pid != nil && states[1].startedAt != nil && states[1].layout?.columnCount == 1)
        #expect(run.outcome == .exited(code: 0))
        #expect(run.layout?.series.first?.series.consumer == .process(try #require(run.pid)))
        #expect(try #require(run.duration) >= .milliseconds(20))
        #expect(run.summary?.resourceUsage != nil)
        #expect(fixture.engine.run(run.id) == nil && fixture.engine.runs.isEmpty)
    }

    @Test("the stored frames are those of the sampler, and add up to the totals")
    func frames() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let run = try fixture.run(
            RunSpecification(command: .arguments(["sleep", "0.03"]), interval: .milliseconds(1)))
        let blocks = try #require(fixture.store.current.frames[run.id])
        let values = blocks.flatMap { block in (0..<block.count).map { block.value(row: $0, column: 0) } }
        #expect(values == (1...Int64(values.count)).map { $0 * 1000 })
        #expect(run.summary?.totals.map(\.result) == [.measured(.integer(values.last! - 1000))])
        #expect(UInt64(values.count) == run.summary?.sampling.map { $0.ticks + 2 })
        #expect(blocks.first?.instant(at: 0) == run.startedAt?.monotonic)
        #expect(blocks.last.map { $0.instant(at: $0.count - 1) } == run.endedAt)
    }

    @Test("the outcome says how the command ended")
    func outcomes() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        #expect(try fixture.run(RunSpecification(command: .shell("exit 3"))).outcome == .exited(code: 3))
        #expect(try fixture.run(RunSpecification(command: .shell("kill -9 $$"))).outcome == .signaled(signal: 9))
    }

    @Test("a command that cannot be launched is finished with the errno and what to do")
    func launchFailure() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let run = try fixture.run("/no/such/program")
        guard case .launchFailed(errno: ENOENT, let message) = run.outcome else {
            Issue.record("the outcome is \(String(describing: run.outcome))")
            return
        }
        #expect(message.hasPrefix("executing \"/no/such/program\": No such file"))
        #expect(run.state == .finished && run.startedAt == nil && run.duration == nil && run.pid == nil)
        #expect(try fixture.run("true").outcome == .exited(code: 0))
        #expect(fixture.sampler.status.readErrors[.perfEvent] == 0)
    }

    @Test("counters that cannot be opened any more fail the launch, and nothing is executed")
    func openFailure() throws {
        let fixture = try EngineFixture(backend: FakeBackend(openError: Errno.tooManyOpenFiles))
        defer { fixture.stop() }
        #expect(
            try fixture.run("true").outcome
                == .launchFailed(errno: EMFILE, message: "\(Errno.tooManyOpenFiles)"))
    }

    @Test("events that cannot be counted refuse the submission")
    func selection() throws {
        let error = EventSelectionError(faults: [.init(index: 0, name: "x", message: "is none")])
        let fixture = try EngineFixture(backend: FakeBackend(selectionError: error))
        defer { fixture.stop() }
        #expect(throws: error) { try fixture.submit("true") }
        #expect(fixture.store.current.attempts == 0)
    }

    @Test("fifty runs submitted at once are executed one after the other, in order of submission")
    func order() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let ids = try (0..<50).map { _ in try fixture.submit("true").id }
        #expect(ids == ids.sorted())
        let content = try fixture.store.wait { $0.runs.values.count { $0.state == .finished } == 50 }
        #expect(content.history.filter { $0.state == .finished }.map(\.id) == ids)
        #expect(content.history.filter { $0.state == .running }.map(\.id) == ids)
        #expect(Self.greatestOverlap(Array(content.runs.values)) == 1)
    }

    @Test("never do more runs run than may", arguments: [2, 5])
    func concurrency(maximum: Int) throws {
        let fixture = try EngineFixture { $0.maximumConcurrentRuns = maximum }
        defer { fixture.stop() }
        for _ in 0..<40 { _ = try fixture.submit(Workload.path, "spin", "3") }
        let content = try fixture.store.wait { content in
            let census = fixture.engine.census
            #expect(census.counts.running <= maximum)
            return content.runs.values.count { $0.state == .finished } == 40
        }
        #expect((2...maximum).contains(Self.greatestOverlap(Array(content.runs.values))))
    }

    /// How many runs there were at the same time.
    private static func greatestOverlap(_ runs: [Run]) -> Int {
        let changes = runs.flatMap { [($0.startedAt!.monotonic, 1), ($0.endedAt!, -1)] }.sorted { $0 < $1 }
        var count = 0
        return changes.map { _, change in
            count += change
            return count
        }.max() ?? 0
    }

    @Test("a queue that is full refuses, and takes runs again when there is room")
    func queueFull() throws {
        let fixture = try EngineFixture { $0.maximumQueuedRuns = 2 }
        defer { fixture.stop() }
        let running = try fixture.submit("sleep", "1000")
        _ = try fixture.store.waitUntilRunning(running.id)
        let waiting = try (0..<2).map { _ in try fixture.submit("true") }
        guard case .queueFull(limit: 2)? = #expect(throws: RunError.self, performing: { try fixture.submit("true") })
        else { return }
        #expect(fixture.engine.census.counts.queued == 2 && fixture.engine.census.counts.running == 1)
        #expect(fixture.engine.runs.map(\.id) == [waiting[1].id, waiting[0].id, running.id])
        #expect(try fixture.engine.cancel(waiting[0].id))
        _ = try fixture.finish(waiting[0].id)
        let third = try fixture.submit("true")
        #expect(try fixture.engine.cancel(running.id))
        #expect(try fixture.finish(third.id)?.outcome == .exited(code: 0))
        #expect(try fixture.finish(waiting[1].id)?.outcome == .exited(code: 0))
    }

    @Test("a time limit ends the command")
    func timeout() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let run = try fixture.run(
            RunSpecification(command: .arguments(["sleep", "1000"]), timeout: .milliseconds(20)))
        #expect(run.outcome == .timedOut)
    }

    @Test("a time limit of centuries is no limit")
    func endlessTimeout() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let specification = RunSpecification(
            command: .arguments(["true"]), timeout: .nanoseconds(Int64.max), killGrace: .seconds(3600))
        #expect(try fixture.run(specification).outcome == .exited(code: 0))
    }

    @Test("a command that ignores SIGTERM is killed after its grace, with what it has started")
    func killLadder() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let pipe = try NamedPipe()
        let run = try fixture.submit(
            RunSpecification(
                command: .shell("sleep 1000 & trap '' TERM; exec \(Workload.path) ignore-term > \(pipe.path)"),
                killGrace: .milliseconds(50)))
        #expect(try pipe.read() == "ready")
        #expect(try fixture.engine.cancel(run.id))
        #expect(try fixture.engine.cancel(run.id))
        let finished = try #require(try fixture.finish(run.id))
        #expect(finished.outcome == .cancelled)
        #expect(try #require(finished.duration) >= .milliseconds(50))
        #expect(ProcessTable().members(ofRun: try #require(finished.pid)) == [])
    }

    @Test("what ends by itself while it could be cancelled keeps its own outcome, and is over for who comes late")
    func lateCancel() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let run = try fixture.run("true")
        #expect(try !fixture.engine.cancel(run.id))
        #expect(try !fixture.engine.cancel(RunID(createdAt: .now)))
        #expect(fixture.store.current.runs[run.id]?.outcome == .exited(code: 0))
    }

    @Test("a run that waits can be cancelled and is never launched")
    func cancelQueued() throws {
        let backend = FakeBackend()
        let fixture = try EngineFixture(backend: backend)
        defer { fixture.stop() }
        let running = try fixture.submit("sleep", "1000")
        _ = try fixture.store.waitUntilRunning(running.id)
        let waiting = try fixture.submit("true")
        #expect(try fixture.engine.cancel(waiting.id))
        let cancelled = try #require(try fixture.finish(waiting.id))
        #expect(cancelled.outcome == .cancelled && cancelled.state == .finished && cancelled.pid == nil)
        #expect(backend.openings == 1)
        try fixture.engine.cancel(running.id)
        #expect(try fixture.finish(running.id)?.outcome == .cancelled)
        #expect(fixture.engine.census.statistics.finished == ["cancelled": 2])
    }

    @Test("no cancel is lost, however far its run has come")
    func cancelRace() throws {
        let fixture = try EngineFixture { $0.maximumConcurrentRuns = 4 }
        defer { fixture.stop() }
        let ids = try (0..<60).map { _ in
            let id = try fixture.submit("sleep", "1000").id
            #expect(try fixture.engine.cancel(id))
            return id
        }
        for id in ids { #expect(try fixture.finish(id)?.outcome == .cancelled) }
    }

    @Test("who waits can be told to wait no longer")
    func endOfPatience() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let id = try fixture.submit("sleep", "1000").id
        let end = try Answer<WaitEnd>()
        fixture.engine.wait(for: id, until: MonotonicInstant(nanoseconds: .max)) { end.give($0) }
        fixture.engine.expireWaits()
        #expect(try end.wait() == .expired)
    }

    @Test("who waits is answered once: at the end of the run, when it is over already, or when the patience is")
    func waiting() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let run = try fixture.submit("sleep", "1000")
        let impatient = try Answer<Void>()
        fixture.engine.wait(for: run.id, until: .now.advanced(by: .milliseconds(5))) { _ in impatient.give(()) }
        try impatient.wait()
        let patient = try Answer<Void>()
        fixture.engine.wait(for: run.id, until: .now.advanced(by: .seconds(3600))) { _ in patient.give(()) }
        #expect(patient.count == 0)
        try fixture.engine.cancel(run.id)
        try patient.wait()
        #expect(fixture.store.current.runs[run.id]?.state == .finished)
        let late = try Answer<Void>()
        fixture.engine.wait(for: run.id, until: MonotonicInstant(nanoseconds: .max)) { _ in late.give(()) }
        #expect(late.count == 1)
        fixture.stop()
        #expect(impatient.count == 1 && patient.count == 1 && late.count == 1)
    }

    @Test("statistics and census follow the runs, and only rise")
    func statistics() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        var former = fixture.engine.census.statistics
        for command in ["true", "exit 1", "/no/such", "kill $$"] {
            _ = try fixture.run(RunSpecification(command: .shell(command)))
            let now = fixture.engine.census.statistics
            #expect(now.finished.values.reduce(0, +) == former.finished.values.reduce(0, +) + 1)
            #expect(now.durations.snapshot.count > former.durations.snapshot.count)
            #expect(now.userSeconds + now.systemSeconds >= former.userSeconds + former.systemSeconds)
            #expect(now.processTotals.values.reduce(0, +) > former.processTotals.values.reduce(0, +))
            former = now
        }
        #expect(former.finished == ["exited": 3, "signaled": 1])
        #expect(fixture.engine.census.counts.queued == 0 && fixture.engine.census.counts.running == 0)
    }

    @Test(
        "of two hundred of the shortest commands each has used CPU time and caused page faults",
        .enabled(if: PerfEventBackend().isAvailable, "perf_event_open is refused here"))
    func shortCommands() throws {
        let fixture = try EngineFixture(backend: PerfEventBackend()) { $0.maximumConcurrentRuns = 4 }
        defer { fixture.stop() }
        for _ in 0..<200 {
            _ = try fixture.submit(RunSpecification(command: .arguments(["/bin/true"]), events: ["page-faults"]))
        }
        let runs = try fixture.store.wait { $0.runs.values.count { $0.state == .finished } == 200 }.runs.values
        for run in runs {
            #expect(run.outcome == .exited(code: 0))
            let totals = run.summary?.totals ?? []
            #expect(totals.map(\.series.metric.name) == ["perf_software_PAGE_FAULTS", "perf_software_TASK_CLOCK"])
            for total in totals {
                guard case .measured(.integer(let value)) = total.result, value > 0, total.coverage == 1 else {
                    Issue.record("\(total)")
                    continue
                }
            }
        }
    }
}

/// A pipe with a name, for commands that say when they are ready.
final class NamedPipe {
    private let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = "\(directory.path)/pipe"
        try systemCall { mkfifo(path, 0o600) }
    }

    /// Waits for a line.
    func read(fileID: String = #fileID, line: Int = #line) throws -> String {
        let pipe = try OwnedDescriptor(checking: open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC))
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            // Before anybody writes a read would find the end, and poll(2) nothing.
            var readiness = pollfd(fd: pipe.rawValue, events: Int16(POLLIN), revents: 0)
            guard poll(&readiness, 1, Int32(WaitedInVain.patience / .milliseconds(1))) == 1 else {
                throw WaitedInVain(fileID: fileID, line: line)
            }
            let count = try systemCall { Glibc.read(pipe.rawValue, &byte, 1) }
            if count == 0 || byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
    }
}
