import LinuxSystem
import Measurement
import Synchronization

/// The runs that are not over: their order, who runs, and who waits for them.
final class RunRegistry: Sendable {
    let configuration: RunEngineConfiguration
    let state: Mutex<State>

    struct State {
        /// Taken in, but not on disk yet: only those who submitted them know of them.
        var admitted: [RunID: ActiveRun] = [:]
        /// All that are on disk, and whose end is not.
        var runs: [RunID: ActiveRun] = [:]
        /// Those that wait, the next one first.
        var queue: [ActiveRun] = []
        /// Those that are being launched, or whose command is being executed.
        var running: Set<RunID> = []
        /// Those that are over and whose end is being put on disk; they keep their place among the running ones.
        var ending: Set<RunID> = []
        /// Those that wait and will be launched next, by whether that is on disk.
        var claims: [RunID: Bool] = [:]
        /// How many others each run has shared the machine with, for those whose command is being executed.
        var companions: [RunID: Int] = [:]
        var lastID: RunID?
        var isClosed = false
        var statistics = RunStatistics()
        var namedStatistics: NamedRunStatistics

        init(maximumNames: Int = 0, lastID: RunID? = nil) {
            namedStatistics = NamedRunStatistics(maximumNames: maximumNames)
            self.lastID = lastID
        }
    }

    init(configuration: RunEngineConfiguration) {
        self.configuration = configuration
        state = Mutex(State(maximumNames: configuration.maximumNamesInMetrics, lastID: configuration.lastID))
    }

    /// Takes a new run in, before it is on disk. Its id is later than all others'.
    ///
    /// - Returns: the run, or the one that is here under the same key already.
    func admit(
        _ specification: RunSpecification, plan: any RunSourcePlan, warnings: [String] = [],
        idempotencyKey: String? = nil
    ) throws(RunError) -> (ActiveRun, isNew: Bool) {
        try state.withLock { state throws(RunError) in
            if let idempotencyKey, let earlier = state.run(idempotencyKey) { return (earlier, false) }
            guard !state.isClosed else { throw .shuttingDown }
            guard state.admitted.count + state.queue.count < configuration.maximumQueuedRuns else {
                throw .queueFull(limit: configuration.maximumQueuedRuns)
            }
            let now = WallInstant.now
            let id = RunID(createdAt: now, after: state.lastID)
            state.lastID = id
            var run = Run(id: id, specification: specification, createdAt: now, idempotencyKey: idempotencyKey)
            run.warnings = warnings
            let active = ActiveRun(run, plan: plan)
            state.admitted[id] = active
            return (active, true)
        }
    }

    /// Takes a run in that an earlier server had accepted and put on disk.
    func readmit(_ run: Run, plan: any RunSourcePlan) {
        let active = ActiveRun(run, plan: plan)
        active.acceptance.settle(run)
        state.withLock { state in
            state.insert(active)
            state.lastID = max(state.lastID ?? run.id, run.id)
        }
    }

    /// A run that was admitted is on disk: it may run when those submitted before it have.
    func enqueue(_ active: ActiveRun) {
        state.withLock { state in
            state.admitted[active.id] = nil
            state.insert(active)
        }
    }

    /// A run that was admitted could not be put on disk: there is no such run.
    func withdraw(_ active: ActiveRun) {
        state.withLock { $0.admitted[active.id] = nil }
    }

    /// A run that was to be launched waits again, for the next server, because this one is going down. False when it
    /// is not.
    func putBackIfClosed(_ active: ActiveRun) -> Bool {
        state.withLock { state in
            guard state.isClosed else { return false }
            state.running.remove(active.id)
            state.insert(active)
            // Its claim is on disk, and is withdrawn with all others.
            state.claims[active.id] = true
            return true
        }
    }

    /// Marks a run as cancelled, and says how far it has come.
    func cancel(_ id: RunID) -> Cancellation {
        state.withLock { state in
            guard let active = state.runs[id] else { return .nothing }
            if let place = state.queue.firstIndex(where: { $0 === active }) {
                guard !state.isClosed else { return .tooLate }
                active.noteCancellation()
                state.queue.remove(at: place)
                state.claims[id] = nil
                state.ending.insert(id)
                return .takenFromQueue(active)
            }
            guard state.running.contains(id) else { return .nothing }
            active.noteCancellation()
            return .running
        }
    }

    enum Cancellation {
        /// It is over, or there is no such run.
        case nothing
        /// It waits for the next server.
        case tooLate
        /// It waited and will not be launched: the caller finishes it.
        case takenFromQueue(ActiveRun)
        case running
    }

    /// The command of a run is over, and its end is about to be put on disk.
    ///
    /// - Returns: how many other commands were executed at the same time.
    func beginEnding(_ active: ActiveRun) -> Int {
        state.withLock { state in
            state.running.remove(active.id)
            state.ending.insert(active.id)
            return state.companions.removeValue(forKey: active.id) ?? 0
        }
    }

    /// A run is over: another may be launched.
    ///
    /// - Parameter isStored: whether its end is on disk. If not it stays here until ``forget(_:)``.
    func retire(_ active: ActiveRun, isStored: Bool) {
        let run = active.run
        state.withLock { state in
            state.ending.remove(active.id)
            state.statistics.add(run)
            state.namedStatistics.add(run)
            if isStored { state.runs[active.id] = nil }
        }
    }

    /// The end of a run that was retired before is on disk at last.
    func forget(_ active: ActiveRun) {
        state.withLock { $0.runs[active.id] = nil }
    }

    /// No run is admitted or launched any more.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    func run(_ id: RunID) -> ActiveRun? { state.withLock { $0.runs[id] } }

    /// Whether a run is finished and its end has been put on disk, or the disk has refused it for now.
    func isOver(_ id: RunID) -> Bool {
        state.withLock { state in
            state.runs[id].map { $0.run.state == .finished && !state.ending.contains(id) } ?? true
        }
    }

    /// A run that is not over as it stands, with its place in the queue.
    func snapshot(_ id: RunID) -> Run? {
        state.withLock { state in
            guard let active = state.runs[id] else { return nil }
            var run = state.shown(active)
            run.queuePosition = state.place(of: id).map { $0 + 1 }
            return run
        }
    }

    /// The run that was submitted under that key, also while it is not on disk yet.
    func run(idempotencyKey: String) -> ActiveRun? {
        state.withLock { $0.run(idempotencyKey) }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Whether nothing is being submitted, executed or finished; what waits in the queue does not count.
    var isIdle: Bool { state.withLock { $0.admitted.isEmpty && $0.running.isEmpty && $0.ending.isEmpty } }

    var counts: RunCounts { state.withLock { $0.counts } }

    /// Runs waiting and running, and what those that are over amount to.
    var census: RunCensus {
        state.withLock { state in
            RunCensus(
                counts: state.counts, statistics: state.statistics, statisticsByName: state.namedStatistics.byName)
        }
    }

    /// The newest first.
    var all: [Run] { state.withLock { state in state.runs.values.map(state.shown) }.sorted { $0.id > $1.id } }
}

extension RunRegistry.State {
    fileprivate var counts: RunCounts {
        RunCounts(
            queued: queue.count, running: running.count + ending.count,
            finished: statistics.finished.values.reduce(0, +))
    }

    /// Lets a run wait, in order of submission.
    mutating func insert(_ active: ActiveRun) {
        runs[active.id] = active
        let place = queue.lastIndex { $0.id < active.id }.map { $0 + 1 } ?? 0
        queue.insert(active, at: place)
    }

    fileprivate func run(_ idempotencyKey: String) -> ActiveRun? {
        [admitted, runs].lazy.flatMap(\.values).first { $0.idempotencyKey == idempotencyKey }
    }

    /// A run as clients see it: one whose end is being put on disk has not ended yet.
    fileprivate func shown(_ active: ActiveRun) -> Run {
        let run = active.run
        return ending.contains(run.id) ? run.withoutItsEnd : run
    }

    /// Where a run waits, 0 for the next one; nil when it does not. The queue is in order of ids.
    fileprivate func place(of id: RunID) -> Int? {
        var range = queue.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if queue[middle].id == id { return middle }
            range = queue[middle].id < id ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
