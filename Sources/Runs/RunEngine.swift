import Glibc
import LinuxSystem
import Logging
import Measurement
import Sampling
import SystemPackage

/// Takes specifications and turns them into finished runs: the queue, the launches, the supervision, the records.
package final class RunEngine: Sendable {
    private let backend: any RunBackend
    private let machineWarnings: [String]
    private let outputs: OutputDirectory?
    private let registry: RunRegistry
    private let waiters = RunWaiters()
    private let recorder: Recorder
    private let supervisor: Supervisor
    private let launch: RunLaunch
    private let idlePower: IdlePowerMeter
    /// Set whenever a run is over, or has been accepted or refused for good.
    private let runSettled: EventDescriptor
    private let logger: Logger

    /// - Parameter sampler: started by the caller, and stopped after this engine.
    package init(
        configuration: RunEngineConfiguration, backend: any RunBackend, sampler: Sampler, store: any RunStore,
        children: ChildRegistry, logger: Logger
    ) throws(Errno) {
        self.backend = backend
        machineWarnings = configuration.machineWarnings
        outputs = configuration.output
        self.logger = logger
        registry = RunRegistry(configuration: configuration)
        recorder = try Recorder(
            store: store, outputs: configuration.output, registry: registry, sampler: sampler, logger: logger)
        supervisor = try Supervisor(children: children, waiters: waiters, sampler: sampler)
        idlePower = IdlePowerMeter(sampler: sampler)
        launch = RunLaunch(configuration: configuration, sampler: sampler, children: children)
        runSettled = try EventDescriptor()
    }

    /// Starts the threads, and launches what an earlier server had accepted and not run.
    package func start(resuming queued: [Run] = []) throws(Errno) {
        for run in queued { resume(run) }
        try supervisor.start { [self] ended in commandEnded(ended) }
        try recorder.start { [self] in launchClaimed() }
    }

    /// Ends all running commands in order, stores their results, and ends the threads. Runs that wait stay on disk;
    /// who waits for one is answered.
    package func shutDown() {
        registry.close()
        supervisor.endAll(as: .cancelled)
        while !registry.isIdle { runSettled.wait() }
        for active in registry.withdrawClaims() { saveUnclaimed(active) }
        supervisor.stop()
        recorder.stop()
        waiters.close()
    }

    /// Makes a ``shutDown()`` that goes on faster: commands that are being ended get no grace any more.
    package func hurry() {
        supervisor.hurry()
    }
}

// MARK: - What clients ask for

extension RunEngine {
    /// Accepts a run: it is on disk before `answer` is called, on the recorder's thread.
    ///
    /// - Parameter idempotencyKey: if a run that is not over was submitted under the same key, the answer is that run.
    /// - Throws: ``EventSelectionError`` or ``RunError`` when it is refused; then `answer` is not called.
    package func submit(
        _ specification: RunSpecification, idempotencyKey: String? = nil,
        answer: @escaping @Sendable (Result<Run, RunError>) -> Void
    ) throws {
        if let idempotencyKey, let earlier = registry.run(idempotencyKey: idempotencyKey) {
            guard earlier.specification == specification else { throw RunError.idempotencyKeyReused }
            return earlier.acceptance.whenSettled(earlier.run, answer)
        }
        let plan = try backend.plan(events: specification.events)
        let active = try registry.admit(specification, plan: plan, idempotencyKey: idempotencyKey)
        active.update { $0.warnings = plan.warnings + machineWarnings }
        active.acceptance.whenSettled(active.run) { [self] result in
            answer(result.map { registry.snapshot($0.id) ?? $0 })
        }
        recorder.order(
            .save(active.run) { [self] failure in
                if let failure {
                    registry.withdraw(active)
                    active.acceptance.settle(active.run, failure: .notStored(message: failure))
                } else {
                    // Before the answer, which may lead to questions about the run.
                    registry.enqueue(active)
                    active.acceptance.settle(active.run)
                }
                runSettled.set()
            })
    }

    /// Begins to end a run: one that waits is never launched, one that is executed gets SIGTERM, and SIGKILL after
    /// its grace.
    ///
    /// - Returns: false when it is over, or there is no such run.
    @discardableResult
    package func cancel(_ id: RunID) -> Bool {
        switch registry.cancel(id) {
        case .nothing: return false
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
    package func delete(_ id: RunID, answer: @escaping @Sendable (_ failure: String?) -> Void) throws(RunError) {
        guard registry.run(id) == nil else { throw .notOver }
        recorder.order(
            .delete(id) { [outputs] failure in
                if failure == nil { outputs?.remove(id) }
                answer(failure)
            })
    }

    /// What a run has written so far, open for reading; nil when there is nothing, or nobody keeps it.
    package func openOutput(_ channel: OutputChannel, of id: RunID) throws(Errno) -> OwnedDescriptor? {
        guard let outputs else { return nil }
        return try outputs.open(channel, of: id)
    }

    /// A run that is not over, or whose end is not on disk yet; all others are in the store.
    package func run(_ id: RunID) -> Run? { registry.snapshot(id) }

    /// The one of them that was submitted under that key.
    package func run(idempotencyKey: String) -> Run? { registry.run(idempotencyKey: idempotencyKey)?.run }

    /// All such runs, the newest first.
    package var runs: [Run] { registry.all }

    /// Whether submissions are accepted: until ``shutDown()``.
    package var takesRuns: Bool { !registry.isClosed }

    package var census: RunCensus { registry.census }

    /// Calls `follower` with the run at every change until it is over: its state, and while it is executed its totals
    /// once a second. On the thread that makes the change, which must not wait.
    ///
    /// - Returns: false when the run is over already.
    package func follow(_ id: RunID, _ follower: @escaping @Sendable (Run) -> Void) -> Bool {
        guard let active = registry.run(id), active.run.state != .finished else { return false }
        active.follow(follower)
        return true
    }

    /// Calls `answer` once: when the run has finished, or when the deadline has passed.
    package func wait(for id: RunID, until deadline: MonotonicInstant, answer: @escaping @Sendable () -> Void) {
        waiters.add(.init(id: id, deadline: deadline, answer: answer))
        // It may have finished before it was waited for.
        if registry.run(id).map({ $0.run.state == .finished }) ?? true { waiters.finish(id) }
        supervisor.reconsider()
    }
}

// MARK: - The life of a run

extension RunEngine {
    private func resume(_ run: Run) {
        do {
            registry.readmit(run, plan: try backend.plan(events: run.specification.events))
        } catch {
            let faults = error.faults.map { "\($0.name) \($0.message)" }.joined(separator: "; ")
            registry.readmit(run, plan: UnavailablePlan(reason: "the events can no longer be counted: \(faults)"))
        }
    }

    /// Launches the runs whose claim is on disk.
    private func launchClaimed() {
        while let active = registry.takeNext() {
            do throws(Errno) {
                try NamedThread(name: "launcher") { [self] in launchNow(active) }.detach()
            } catch {
                finish(active, as: .launchFailed(errno: error.rawValue, message: "starting a thread: \(error)"))
            }
        }
    }

    private func launchNow(_ active: ActiveRun) {
        // Watched while nothing of the run exists yet.
        let baseline = active.specification.baseline.map { duration in
            idlePower.measure(for: duration) { [registry] in active.isCancelled || registry.isClosed }
        }
        if active.isCancelled { return finish(active, as: .cancelled) }
        if registry.putBackIfClosed(active) {
            saveUnclaimed(active)
            return runSettled.set()
        }
        registry.noteLaunch(active)
        do {
            let launched = try launch(active, idlePowers: baseline ?? idlePower.learned)
            recorder.order(.begin(active, launched.recording))
            supervisor.supervise(launched, startedAt: active.run.startedAt!.monotonic)
            // Whoever asked for its end before it was supervised was not heard.
            if active.isCancelled || registry.isClosed { supervisor.end(active.id, as: .cancelled) }
        } catch {
            registry.noteFailedLaunch(active)
            let errno = (error as? LaunchError)?.error ?? error as? Errno
            finish(active, as: .launchFailed(errno: errno?.rawValue, message: "\(error)"))
        }
    }

    private func commandEnded(_ ended: EndedCommand) {
        finish(
            ended.launched.active, as: ended.outcome, recording: ended.recording, usage: ended.usage,
            warnings: ended.warnings, output: ended.output)
    }

    private func finish(
        _ active: ActiveRun, as outcome: Outcome, recording: FinishedRecording? = nil, usage: ResourceUsage? = nil,
        warnings: [String] = [], output: RunOutput? = nil
    ) {
        let companions = registry.beginEnding(active)
        let disturbance = companions > 0 ? [Self.warning(aboutCompanions: companions)] : []
        recorder.order(
            .finish(
                FinishedRun(
                    active: active, outcome: outcome, recording: recording, usage: usage,
                    warnings: warnings + disturbance, output: output,
                    answer: { [self] in settle(active, isStored: $0) },
                    storedLater: { [self] in registry.forget(active) })))
    }

    /// The end of a run has been put on disk, or the disk has refused it for now.
    private func settle(_ active: ActiveRun, isStored: Bool) {
        registry.retire(active, isStored: isStored)
        waiters.finish(active.id)
        runSettled.set()
    }

    /// The next server may run it.
    private func saveUnclaimed(_ active: ActiveRun) {
        recorder.order(.save(active.run) { _ in })
    }

    private static func warning(aboutCompanions count: Int) -> String {
        "\(counted(count, "other measured run")) shared the machine with this one for a part of its time: "
            + "its times and counts are disturbed by that, and the machine's energy is that of all"
    }
}

/// Stands in for the plan of a run that was accepted by an earlier server and cannot be carried out any more.
private struct UnavailablePlan: RunSourcePlan {
    let reason: String
    let warnings: [String] = []

    func open() throws -> any RunSource { throw UnavailablePlanError(description: reason) }
}

private struct UnavailablePlanError: Error, CustomStringConvertible {
    let description: String
}
