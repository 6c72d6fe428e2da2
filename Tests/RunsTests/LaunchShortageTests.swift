import LinuxSystem
import Measurement
import SystemPackage
import TestSupport
import Testing

@testable import Runs

/// Launches that fail because something is short, and are tried again.
@Suite(.serialized)
struct LaunchShortageTests {
    @Test(
        "a run is launched when what was short is there again",
        arguments: [Errno.tooManyOpenFiles, .tooManyOpenFilesInSystem, .resourceTemporarilyUnavailable, .noMemory])
    func passes(code: Errno) throws {
        let backend = FakeBackend(shortage: code, times: 2)
        let fixture = try EngineFixture(backend: backend) { $0.launchPatience = .seconds(60) }
        defer { fixture.stop() }
        let run = try fixture.run("true")
        #expect(run.outcome == .exited(code: 0))
        #expect(backend.openings == 3)
        #expect(fixture.engine.census.counts.queued == 0 && fixture.engine.census.counts.running == 0)
    }

    @Test("a run that has waited long enough has failed, with the errno")
    func tooLong() throws {
        let fixture = try EngineFixture(backend: FakeBackend(shortage: .tooManyOpenFiles, times: .max))
        defer { fixture.stop() }
        guard case .launchFailed(Errno.tooManyOpenFiles.rawValue, _)? = try fixture.run("true").outcome else {
            return #expect(Bool(false), "it waits for ever")
        }
    }

    @Test("what is no shortage is not tried again")
    func otherErrors() throws {
        let backend = FakeBackend(shortage: .permissionDenied, times: 1)
        let fixture = try EngineFixture(backend: backend) { $0.launchPatience = .seconds(60) }
        defer { fixture.stop() }
        guard case .launchFailed? = try fixture.run("true").outcome else { return #expect(Bool(false)) }
        #expect(backend.openings == 1)
        #expect(!LaunchShortage.isOne(LaunchError(step: 8, error: Errno.noMemory.rawValue, program: "x")))
        #expect(LaunchShortage.isOne(LaunchError(step: 2, error: Errno.noMemory.rawValue, program: "x")))
    }

    @Test("a run that waits to be launched can be cancelled")
    func cancelled() throws {
        let backend = FakeBackend(shortage: .tooManyOpenFiles, times: .max)
        let fixture = try EngineFixture(backend: backend) { $0.launchPatience = .seconds(60) }
        defer { fixture.stop() }
        let id = try fixture.submit("true").id
        try waitUntil { backend.openings > 0 }
        try fixture.engine.cancel(id)
        #expect(try fixture.finish(id)?.outcome == .cancelled)
    }

    @Test("a run that waits to be launched waits for the next server when this one goes down")
    func shutDown() throws {
        let backend = FakeBackend(shortage: .tooManyOpenFiles, times: .max)
        let fixture = try EngineFixture(backend: backend) { $0.launchPatience = .seconds(60) }
        let id = try fixture.submit("true").id
        try waitUntil { backend.openings > 0 }
        fixture.stop()
        let run = try #require(fixture.store.current.runs[id])
        #expect(run.state == .queued && run.isClaimed == nil)
    }

    @Test("a run that was taken and put back is the next one, and needs no second claim")
    func putBack() throws {
        let registry = RunRegistry(configuration: RunEngineConfiguration(policy: .isolated(.ofThisProcess())))
        let plan = try FakeBackend().plan(events: nil)
        let runs = try (0..<2).map { _ in
            let active = try registry.admit(RunSpecification(command: .shell("true")), plan: plan).0
            registry.enqueue(active)
            return active
        }
        registry.settle(claims: registry.claim(accepting: [], finishing: 0), areStored: true)
        let taken = try #require(registry.takeNext())
        #expect(taken === runs[0] && registry.takeNext() == nil)
        registry.putBack(taken)
        #expect(registry.census.counts.running == 0 && registry.census.counts.queued == 2)
        #expect(registry.claim(accepting: [], finishing: 0).isEmpty, "its place is still its own")
        #expect(registry.takeNext() === taken)
    }

    @Test("ids go on behind the latest that was ever given, whatever the clock says")
    func ids() throws {
        let latest = RunID(createdAt: WallInstant(nanosecondsSinceEpoch: 9_000_000_000_000_000_000))
        let fixture = try EngineFixture { $0.lastID = latest }
        defer { fixture.stop() }
        let first = try fixture.submit("true").id
        #expect(latest < first)
        #expect(try first < fixture.submit("true").id)
    }
}
