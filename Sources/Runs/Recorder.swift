import Analysis
import LinuxSystem
import Logging
import Measurement
import Sampling
import Synchronization
import SystemPackage

/// Puts runs and their frames on disk: the only writer of the store.
///
/// One thread. It takes what has come together since the last time and commits it at once, so that fifty
/// submissions share one fsync; while runs run it visits the sampler once a second.
final class Recorder: Sendable {
    private let store: any RunStore
    private let outputs: OutputDirectory?
    private let registry: RunRegistry
    private let sampler: Sampler
    private let logger: Logger
    private let inbox = Mutex<[RecorderOrder]>([])
    private let wakeUp: EventDescriptor
    private let isStopping = Atomic(false)
    private let lastFailure = Mutex<(any Error)?>(nil)
    private let thread = Mutex<NamedThread?>(nil)

    static let flushInterval = Duration.seconds(1)
    /// Between two attempts to launch what could not be launched.
    private static let claimInterval = Duration.milliseconds(100)

    init(
        store: any RunStore, outputs: OutputDirectory?, registry: RunRegistry, sampler: Sampler, logger: Logger
    ) throws(Errno) {
        self.store = store
        self.outputs = outputs
        self.registry = registry
        self.sampler = sampler
        self.logger = logger
        wakeUp = try EventDescriptor()
    }

    /// Both are called on the recorder's thread.
    ///
    /// - Parameters:
    ///   - prepare: called with each run whose claim is about to be put on disk, unless the disk takes nothing just now.
    ///   - launch: called behind each commit, when claimed runs may be launched; answers false when it wants to be
    ///     called again soon.
    func start(
        prepare: @escaping @Sendable (ActiveRun) -> Void, launch: @escaping @Sendable () -> Bool
    ) throws(Errno) {
        let thread = try NamedThread(name: "recorder") { [self] in run(prepare, launch) }
        self.thread.withLock { $0 = thread }
    }

    /// Carries out what has been ordered, and ends.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.set()
        thread.withLock { $0.take() }?.join()
    }

    /// What the store said last; nil when it has taken what it was given.
    var failure: (any Error)? { lastFailure.withLock { $0 } }

    func order(_ order: RecorderOrder) {
        inbox.withLock { $0.append(order) }
        wakeUp.set()
    }
}

enum RecorderOrder: Sendable {
    /// Put a run on disk.
    case save(Run, settle: Settlement)
    /// Take a run and its frames from the disk.
    case delete(RunID, settle: Settlement)
    /// A run is being measured: visit its recording from now on.
    case begin(ActiveRun, Recording)
    /// A run is over: put the rest of its frames and its end on disk.
    case finish(FinishedRun)

    /// Called when an order has been carried out, or has failed. It keeps the books, and answers with what tells those who
    /// wait: that comes when the next run has been launched, for whoever is woken may take the CPU.
    typealias Settlement = @Sendable (_ failure: (any Error)?) -> @Sendable () -> Void
}

/// How a run ended, on its way to the store.
struct FinishedRun: Sendable {
    let active: ActiveRun
    let outcome: Outcome
    /// Nil when the command never ran.
    var recording: FinishedRecording?
    var usage: ResourceUsage?
    var warnings: [String] = []
    var output: RunOutput?
    /// Called once. If the end is not on disk, that is tried again until it is.
    let settle: RecorderOrder.Settlement
    /// Called when the end is on disk at last.
    let storedLater: @Sendable () -> Void
}

// MARK: - The thread

extension Recorder {
    private func run(_ prepare: (ActiveRun) -> Void, _ launch: () -> Bool) {
        var desk = RecorderDesk(sampler: sampler, registry: registry)
        var nextVisit = MonotonicInstant.now
        var upkeep = StoreUpkeep(store: store, outputs: outputs, logger: logger)
        while true {
            // Looked at before the orders: whoever stops the recorder has given all of its own before.
            let isLastRound = isStopping.load(ordering: .acquiring)
            let hadOrders = takeOrders(to: &desk)
            if isLastRound || nextVisit <= .now {
                desk.visitRecordings()
                if failure != nil, !desk.hasOperations { note { try store.probe() } }
                nextVisit = .now.advanced(by: Self.flushInterval)
            }
            var words = commit(&desk, prepare)
            // Once more on their own: an end that cannot be stored, and is tried each second, must not hold the queue up.
            if desk.hasFailedClaims { words += commit(&desk, prepare) }
            let nextClaim = launch() ? nil : MonotonicInstant.now.advanced(by: Self.claimInterval)
            for word in words { word() }
            if !isLastRound { upkeep.doWhatIsDue() }
            guard !hadOrders else { continue }
            if isLastRound { return }
            let deadlines = [desk.isIdle && failure == nil ? nil : nextVisit, upkeep.next, nextClaim].compactMap { $0 }
            wakeUp.wait(timeout: deadlines.min().map { max(.zero, $0 - .now) })
        }
    }

    /// None outlives this: they hold counters, which must not be closed when the next command runs already.
    ///
    /// - Returns: whether there were any.
    private func takeOrders(to desk: inout RecorderDesk) -> Bool {
        let orders = inbox.withLock { orders in
            defer { orders = [] }
            return orders
        }
        for order in orders { desk.take(order) }
        return !orders.isEmpty
    }

    /// - Returns: what tells those who wait.
    private func commit(_ desk: inout RecorderDesk, _ prepare: (ActiveRun) -> Void) -> [@Sendable () -> Void] {
        let batch = desk.takeBatch()
        guard !batch.operations.isEmpty else { return [] }
        // A store that refuses everything claims nothing either.
        if failure == nil { batch.claimed.forEach(prepare) }
        note { try store.commit(batch.operations) }
        let failure = failure
        if let failure {
            logger.error("could not store \(counted(batch.operations.count, "operation")): \(failure)")
        }
        return desk.settle(batch, failure: failure)
    }

    /// Keeps in mind whether the store has taken something.
    private func note(_ attempt: () throws -> Void) {
        var failure: (any Error)?
        do { try attempt() } catch { failure = error }
        lastFailure.withLock { [failure] in $0 = failure }
    }
}
