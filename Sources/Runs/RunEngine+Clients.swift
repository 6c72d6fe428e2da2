import LinuxSystem
import Measurement
import SystemPackage

/// What clients ask for.
extension RunEngine {
    /// Accepts a run: it is on disk before `answer` is called, on the recorder's thread.
    ///
    /// - Parameters:
    ///   - idempotencyKey: if a run was submitted under the same key before, the answer is that run.
    ///   - stored: looks for it among the runs that are over.
    /// - Throws: ``EventSelectionError`` or ``RunError`` when it is refused, and what `stored` throws; then `answer` is not
    ///   called.
    package func submit(
        _ specification: RunSpecification, idempotencyKey: String? = nil,
        stored: (_ idempotencyKey: String) throws -> Run? = { _ in nil },
        answer: @escaping @Sendable (Result<Run, RunError>) -> Void
    ) throws {
        // In this order: a run that leaves the registry meanwhile is in the store already.
        if let idempotencyKey, registry.run(idempotencyKey: idempotencyKey) == nil,
            let earlier = try stored(idempotencyKey)
        {
            guard earlier.specification == specification else { throw RunError.idempotencyKeyReused }
            return answer(.success(earlier))
        }
        let faults = registry.configuration.policy.faults(of: specification)
        guard faults.isEmpty else { throw RunError.refused(faults) }
        let plan = try backend.plan(events: specification.events)
        let (active, isNew) = try registry.admit(
            specification, plan: plan, warnings: plan.warnings + machineWarnings, idempotencyKey: idempotencyKey)
        guard active.specification == specification else { throw RunError.idempotencyKeyReused }
        active.acceptance.whenSettled(active.run) { [registry] result in
            answer(result.map { registry.snapshot($0.id) ?? $0 })
        }
        guard isNew else { return }
        recorder.order(
            .save(active.run) { [self] failure in
                // Before the answer, which may lead to questions about the run.
                if failure == nil { registry.enqueue(active) } else { registry.withdraw(active) }
                return { [self] in
                    active.acceptance.settle(active.run, failure: failure.map(RunError.notStored))
                    runSettled.set()
                }
            })
    }

    /// Begins to end a run: one that waits is never launched, one that is executed gets SIGTERM, and SIGKILL after
    /// its grace.
    ///
    /// - Returns: false when it is over, or there is no such run.
    /// - Throws: ``RunError/shuttingDown`` for one that waits and will be run by the next server.
    @discardableResult
    package func cancel(_ id: RunID) throws(RunError) -> Bool {
        switch registry.cancel(id) {
        case .nothing: return false
        case .tooLate: throw .shuttingDown
        case .takenFromQueue(let active): finish(active, as: .cancelled)
        case .running: supervisor.end(id, as: .cancelled)
        }
        return true
    }

    /// Passes a signal on to the main process of a run: at once, or as soon as it has been launched. What the process
    /// makes of it is its own affair.
    package func forward(_ signal: Int32, to id: RunID) {
        if registry.run(id) != nil { supervisor.forward(signal, to: id) }
    }

    /// Deletes a run that is over from the store, and its output.
    ///
    /// - Parameter answer: called on the recorder's thread, with what went wrong or nil.
    /// - Throws: ``RunError/notOver``.
    package func delete(_ id: RunID, answer: @escaping @Sendable (_ failure: (any Error)?) -> Void)
        throws(RunError)
    {
        guard registry.isOver(id) else { throw .notOver }
        recorder.order(
            .delete(id) { [outputs] failure in
                if failure == nil { outputs?.remove(id) }
                return { answer(failure) }
            })
    }

    /// What a run has written so far, open for reading; nil when there is nothing, or nobody keeps it.
    package func openOutput(_ channel: OutputChannel, of id: RunID) throws(Errno) -> OwnedDescriptor? {
        guard let outputs else { return nil }
        return try outputs.open(channel, of: id)
    }

    /// A run that is not over, or whose end is not on disk yet; all others are in the store.
    package func run(_ id: RunID) -> Run? { registry.snapshot(id) }

    /// All such runs, the newest first.
    package var runs: [Run] { registry.all }

    /// Whether submissions are accepted: until ``shutDown()``.
    package var takesRuns: Bool { !registry.isClosed }

    /// Why runs cannot be stored, as the last attempt has shown; nil when they can. It is tried again each second.
    package var storeFailure: (any Error)? { recorder.failure }

    package var census: RunCensus { registry.census }

    package var counts: RunCounts { registry.counts }

    /// What the machine draws while nobody uses it, as far as its quiet seconds have told; by the energy's series.
    package var idlePowers: [Series: IdlePower] { idlePower.learned }

    /// Calls `follower` with the run at every change until it is over: its state, and while it is executed its totals
    /// once a second. On the thread that makes the change, which must not wait.
    ///
    /// - Returns: false when the run is over already.
    package func follow(_ id: RunID, _ follower: @escaping @Sendable (Run) -> Void) -> Bool {
        guard let active = registry.run(id), !registry.isOver(id) else { return false }
        active.follow(follower)
        return true
    }

    /// Calls `answer` once: when the run has finished, or when the deadline has passed.
    package func wait(for id: RunID, until deadline: MonotonicInstant, answer: @escaping @Sendable (WaitEnd) -> Void) {
        waiters.add(.init(id: id, deadline: deadline, answer: answer))
        // It may have finished before it was waited for.
        if registry.isOver(id) { waiters.finish(id) }
        supervisor.reconsider()
    }

    /// Ends the patience of all who wait.
    package func expireWaits() {
        waiters.expireAll()
    }
}
