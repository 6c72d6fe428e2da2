import LinuxSystem
import Measurement
import Sampling
import Synchronization

/// A run that this process is responsible for: from its acceptance until its end is on disk.
final class ActiveRun: Sendable {
    let id: RunID
    let specification: RunSpecification
    /// What it will count.
    let plan: any RunSourcePlan
    let idempotencyKey: String?
    let acceptance = RunAcceptance()
    let earlyLaunch = EarlyLaunch()
    private let state: Mutex<Run>
    private let followers = Mutex<[@Sendable (Run) -> Void]>([])
    private let cancellation = Atomic(false)
    private let firstShortage = Mutex<MonotonicInstant?>(nil)

    init(_ run: Run, plan: any RunSourcePlan) {
        id = run.id
        specification = run.specification
        idempotencyKey = run.idempotencyKey
        self.plan = plan
        state = Mutex(run)
    }

    /// The run as it stands.
    var run: Run { state.withLock { $0 } }

    /// Whether somebody asked for its end, perhaps before there was a process to be ended.
    var isCancelled: Bool { cancellation.load(ordering: .acquiring) }

    func noteCancellation() {
        cancellation.store(true, ordering: .releasing)
    }

    /// A launch failed because something was short.
    ///
    /// - Returns: whether that is news, and since when it is so.
    func noteShortage(at now: MonotonicInstant = .now) -> (isFirst: Bool, elapsed: Duration) {
        firstShortage.withLock { first in
            defer { first = first ?? now }
            return (first == nil, first.map { now - $0 } ?? .zero)
        }
    }

    func update(_ change: (inout Run) -> Void) {
        updateQuietly(change)
        announce()
    }

    /// Changes the run without a word to its followers, until ``announce()``.
    func updateQuietly(_ change: (inout Run) -> Void) {
        state.withLock { change(&$0) }
    }

    /// Tells the followers how the run stands.
    func announce() {
        let run = run
        for follower in followers.withLock({ $0 }) { follower(run) }
    }

    /// Calls `follower` at every change from now on, on the thread that makes it.
    func follow(_ follower: @escaping @Sendable (Run) -> Void) {
        followers.withLock { $0.append(follower) }
    }
}

/// A run whose command is being executed and measured.
struct LaunchedRun: Sendable {
    let active: ActiveRun
    let tree: ProcessTree
    let recording: Recording
    /// Where its output comes from; none where nobody reads it.
    let pipes: [OutputPipe]
    let enforcement: LimitEnforcement
    /// Whether what the main process leaves behind is ended too.
    let endsLeftovers: Bool
}
