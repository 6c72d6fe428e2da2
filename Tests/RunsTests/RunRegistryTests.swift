import Measurement
import Testing

@testable import Runs

/// Who waits, who is taken, and who is told so.
@Suite struct RunRegistryTests {
    private let registry = RunRegistry(
        configuration: RunEngineConfiguration(policy: .isolated(LaunchFixture.inherited)))

    private func admit(_ key: String? = nil) throws -> (ActiveRun, isNew: Bool) {
        let specification = RunSpecification(command: .shell("true"))
        return try registry.admit(specification, plan: FakeBackend().plan(events: nil), idempotencyKey: key)
    }

    private func enqueued() throws -> ActiveRun {
        let active = try admit().0
        registry.enqueue(active)
        return active
    }

    @Test("a key leads to one run, however often it is shown")
    func idempotency() throws {
        let (first, isNew) = try admit("a")
        let (again, isNewAgain) = try admit("a")
        #expect(isNew && !isNewAgain && first === again)
        #expect(try admit("b").0 !== first)
        registry.close()
        #expect(try admit("a").0 === first, "also when nothing new is taken any more")
    }

    @Test("a run that waits for the next server cannot be cancelled any more")
    func cancelledTooLate() throws {
        let active = try enqueued()
        registry.close()
        guard case .tooLate = registry.cancel(active.id) else { return #expect(Bool(false), "it is acknowledged") }
        #expect(!active.isCancelled)
    }

    @Test("a run that was taken when the server went down loses its claim with all others")
    func putBackIfClosed() throws {
        let active = try enqueued()
        registry.settle(claims: registry.claim(accepting: [], finishing: 0), areStored: true)
        #expect(registry.takeNext() === active)
        registry.close()
        #expect(registry.putBackIfClosed(active))
        #expect(registry.isIdle)
        #expect(registry.withdrawClaims().map(\.id) == [active.id])
    }

    @Test("a run that is being finished still counts as running")
    func census() throws {
        let active = try enqueued()
        registry.settle(claims: registry.claim(accepting: [], finishing: 0), areStored: true)
        _ = registry.takeNext()
        _ = registry.beginEnding(active)
        #expect(registry.census.counts.running == 1 && registry.census.counts.queued == 0)
    }
}

@Suite struct RunWaitersTests {
    @Test("who waits hears whether the run is over or the patience")
    func ends() throws {
        let (waiters, id) = (RunWaiters(), RunID(createdAt: .now))
        let answers = try Answer<WaitEnd>()
        waiters.add(.init(id: id, deadline: MonotonicInstant(nanoseconds: 1)) { answers.give($0) })
        waiters.expire(at: MonotonicInstant(nanoseconds: 1))
        #expect(try answers.wait() == .expired)
        let others = try Answer<WaitEnd>()
        waiters.add(.init(id: id, deadline: MonotonicInstant(nanoseconds: .max)) { others.give($0) })
        waiters.finish(id)
        #expect(try others.wait() == .over && others.count == 1)
    }
}
