import LinuxSystem
import Measurement
import Synchronization

/// The runs that are not over: their order, who runs, and who waits for them.
final class RunRegistry: Sendable {
    private let configuration: RunEngineConfiguration
    private let state = Mutex(State())

    private struct State {
        /// All that are not finished, also those that wait to be on disk.
        var runs: [RunID: ActiveRun] = [:]
        /// Finished, but their end could not be put on disk yet.
        var unsaved: [RunID: ActiveRun] = [:]
        /// On disk and waiting, the next one first.
        var queue: [ActiveRun] = []
        var running = 0
        var lastID: RunID?
        var isClosed = false
        var statistics = RunStatistics()
    }

    init(configuration: RunEngineConfiguration) {
        self.configuration = configuration
    }

    /// Takes a new run in, before it is on disk. Its id is later than all others'.
    func admit(_ specification: RunSpecification, plan: any RunSourcePlan) throws(RunError) -> ActiveRun {
        try state.withLock { state throws(RunError) in
            guard !state.isClosed else { throw .shuttingDown }
            guard state.runs.count - state.running < configuration.maximumQueuedRuns else {
                throw .queueFull(limit: configuration.maximumQueuedRuns)
            }
            let now = WallInstant.now
            let id = RunID(createdAt: now, after: state.lastID)
            state.lastID = id
            let active = ActiveRun(Run(id: id, specification: specification, createdAt: now), plan: plan)
            state.runs[id] = active
            return active
        }
    }

    /// Takes a run in that an earlier server had accepted and put on disk.
    func readmit(_ run: Run, plan: any RunSourcePlan) {
        let active = ActiveRun(run, plan: plan)
        state.withLock { state in
            state.runs[run.id] = active
            state.queue.append(active)
            state.lastID = max(state.lastID ?? run.id, run.id)
        }
    }

    /// A run that was admitted is on disk: it may run.
    func enqueue(_ active: ActiveRun) {
        state.withLock { $0.queue.append(active) }
    }

    /// A run that was admitted could not be put on disk: there is no such run.
    func withdraw(_ active: ActiveRun) {
        state.withLock { _ = $0.runs.removeValue(forKey: active.id) }
    }

    /// The run to be launched now; nil when none waits or no more may run.
    func takeNext() -> ActiveRun? {
        state.withLock { state in
            guard !state.isClosed, !state.queue.isEmpty, state.running < configuration.maximumConcurrentRuns else {
                return nil
            }
            state.running += 1
            return state.queue.removeFirst()
        }
    }

    /// A run is over: another may be launched.
    ///
    /// - Parameter isStored: whether its end is on disk. If not it is kept here until ``forget(_:)``.
    func retire(_ active: ActiveRun, isStored: Bool) {
        let run = active.run
        state.withLock { state in
            state.runs.removeValue(forKey: active.id)
            state.running -= 1
            state.statistics.add(run)
            if !isStored { state.unsaved[active.id] = active }
        }
    }

    /// The end of a run that was retired before is on disk at last.
    func forget(_ active: ActiveRun) {
        state.withLock { _ = $0.unsaved.removeValue(forKey: active.id) }
    }

    /// No run is admitted or launched any more.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    func run(_ id: RunID) -> ActiveRun? { state.withLock { $0.runs[id] ?? $0.unsaved[id] } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    var isIdle: Bool { state.withLock { $0.running == 0 } }

    /// Runs waiting and running, and what those that are over amount to.
    var census: RunCensus {
        state.withLock { state in
            RunCensus(
                queued: state.runs.count - state.running, running: state.running, statistics: state.statistics)
        }
    }

    /// The newest first.
    var all: [Run] {
        state.withLock { Array($0.runs.values) + Array($0.unsaved.values) }.map(\.run).sorted { $0.id > $1.id }
    }
}
