import Glibc
import LinuxSystem
import Measurement
import TestSupport
import Testing

@testable import Runs

/// What lives on of the runs of a server that was killed.
@Suite(.serialized)
struct RunRemainsTests {
    private func launch(_ arguments: [String], environment: [String: String]) throws -> ChildProcess {
        try CommandLauncher(policy: .isolated(LaunchFixture.inherited)).launch(
            RunSpecification(command: .arguments(arguments), environment: environment), cgroup: nil)
    }

    private func run(pid: Int32? = nil, process: ProcessIdentity? = nil) -> Run {
        let now = WallInstant.now
        var run = Run(
            id: RunID(createdAt: now), specification: RunSpecification(command: .shell("")), createdAt: now)
        run.pid = pid
        run.process = process
        return run
    }

    @Test("processes are known by the run in their environment, and by that alone")
    func marked() throws {
        let (one, other) = (run(), run())
        let child = try launch(["sleep", "60"], environment: [RunRemains.variable: one.id.description])
        let stranger = try launch(["sleep", "60"], environment: [RunRemains.variable: run().id.description])
        #expect(RunRemains.find([one, other]) == [one.id: [child.pid]])
        #expect(RunRemains.end(of: [one, other]) == [one.id: [child.pid]])
        #expect(try child.reap().outcome == .signaled(signal: SIGKILL))
        #expect(kill(stranger.pid, 0) == 0)
        stranger.send(SIGKILL)
        _ = try stranger.reap()
    }

    @Test("a main process with an empty environment is known by its start, and its session with it")
    func recorded() throws {
        let pipe = try NamedPipe()
        let child = try launch(
            ["sh", "-c", "exec env -i sh -c 'sleep 60 & echo ready > \(pipe.path); wait'"],
            environment: [:])
        #expect(try pipe.read() == "ready")
        let identity = try #require(ProcessIdentity(of: child.pid))
        let later = ProcessIdentity(startTicks: identity.startTicks + 1, bootID: identity.bootID)
        let otherBoot = ProcessIdentity(startTicks: identity.startTicks, bootID: "other")
        #expect(RunRemains.find([run(pid: child.pid, process: later), run(pid: child.pid, process: otherBoot)]) == [:])
        let own = run(pid: child.pid, process: identity)
        #expect(RunRemains.find([own])[own.id]?.count == 2)
        #expect(RunRemains.end(of: [own])[own.id]?.count == 2)
        #expect(try child.reap().outcome == .signaled(signal: SIGKILL))
        #expect(RunRemains.find([own]) == [:])
    }

    @Test("an engine records who its main processes are, and marks them")
    func engine() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let pipe = try NamedPipe()
        // It stands in `/proc` as launched a moment before its environment does: it says when it is there.
        let run = try fixture.submit("sh", "-c", "echo ready > \(pipe.path); read line < \(pipe.path)")
        let stored = try fixture.store.waitUntilRunning(run.id)
        #expect(try pipe.read() == "ready")
        #expect(stored.process == ProcessIdentity(of: try #require(stored.pid)))
        var unrecorded = stored
        unrecorded.process = nil
        #expect(RunRemains.find([unrecorded]) == [run.id: [try #require(stored.pid)]])
        try fixture.engine.cancel(run.id)
        #expect(try fixture.finish(run.id)?.outcome == .cancelled)
        #expect(RunRemains.find([stored]) == [:])
    }
}
