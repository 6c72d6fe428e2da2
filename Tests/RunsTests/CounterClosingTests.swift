import LinuxSystem
import Logging
import Sampling
import Testing

@testable import Runs

/// The counters of a run close before the claim of the next is put on disk: that interrupts CPUs.
struct CounterClosingTests {
    private let backend = FakeBackend()
    private let sampler: Sampler
    private let registry: RunRegistry
    private let launch: RunLaunch
    private let children = ChildRegistry(adoptsOrphans: false)

    init() throws {
        sampler = try Sampler(machineSources: [])
        let configuration = RunEngineConfiguration(policy: .isolated(LaunchFixture.inherited))
        registry = RunRegistry(configuration: configuration)
        launch = RunLaunch(configuration: configuration, sampler: sampler, children: children)
    }

    @Test func `the recorder holds none of a run that began and ended since it looked last`() throws {
        let recorder = try Recorder(
            store: MemoryStore(), outputs: nil, registry: registry, sampler: sampler,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try orderBeginningAndEnd(of: try launchable("true"), from: recorder)
        try enqueue(["true"])
        let closings = try Answer<Int>()
        try recorder.start(prepare: { [backend] _ in closings.give(backend.closings) }, launch: { true })
        defer { recorder.stop() }
        #expect(try closings.wait() == 1)
    }

    @Test func `the supervisor holds none when it tells of an end`() throws {
        let supervisor = try Supervisor(children: children, waiters: RunWaiters(), sampler: sampler)
        let closings = try Answer<Int>()
        try supervisor.start { [backend] _ in closings.give(backend.closings) }
        defer { supervisor.stop() }
        let active = try launchable("sleep", "1000")
        supervisor.supervise(try launched(active), startedAt: .now)
        // Now this thread lets go of it, too.
        supervisor.end(active.id, as: .cancelled)
        #expect(try closings.wait() == 1)
    }

    private func orderBeginningAndEnd(of active: ActiveRun, from recorder: Recorder) throws {
        let launched = try launched(active)
        recorder.order(.begin(active, launched.recording))
        _ = try children.reap(launched.tree.main)
        _ = registry.beginEnding(active)
        recorder.order(
            .finish(
                FinishedRun(
                    active: active, outcome: .exited(code: 0), recording: sampler.finish(launched.recording),
                    settle: { _ in {} }, storedLater: {})))
    }

    /// On a thread of its own, which has no capabilities to give to children afterwards.
    private func launched(_ active: ActiveRun) throws -> LaunchedRun {
        let answer = try Answer<Result<LaunchedRun, any Error>>()
        let thread = try NamedThread(name: "test") { [launch] in
            answer.give(Result { try launch(active, nil, idlePowers: [:]) })
        }
        thread.join()
        return try answer.wait().get()
    }

    private func enqueue(_ arguments: [String]) throws {
        let specification = RunSpecification(command: .arguments(arguments))
        registry.enqueue(try registry.admit(specification, plan: try backend.plan(events: nil)).0)
    }

    /// A run that is about to be launched.
    private func launchable(_ arguments: String...) throws -> ActiveRun {
        try enqueue(arguments)
        registry.settle(claims: registry.claim(accepting: [], finishing: 0), areStored: true)
        return try #require(registry.takeNext())
    }
}
