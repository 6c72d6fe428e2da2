import CLinux
import Glibc
import LinuxSystem
import Measurement
import Sampling
import Synchronization
import SystemPackage

/// Watches over the running commands: their end, their time limit, and what they leave behind.
///
/// One thread in `epoll_wait` over the commands' pidfds, with a timeout for the next deadline.
final class Supervisor: Sendable {
    private let state = Mutex<[UInt64: SupervisedRun]>([:])
    private let nextTag = Atomic<UInt64>(firstRunTag)
    private let epoll: Epoll
    private let wakeUp: EventDescriptor
    private let orphanEnds: OwnedDescriptor
    private let isStopping = Atomic(false)
    private let thread = Mutex<NamedThread?>(nil)
    private let children: ChildRegistry
    private let waiters: RunWaiters
    private let sampler: Sampler

    private static let wakeUpTag: UInt64 = 0
    private static let orphanTag: UInt64 = 1
    private static let firstRunTag: UInt64 = 2

    init(children: ChildRegistry, waiters: RunWaiters, sampler: Sampler) throws(Errno) {
        self.children = children
        self.waiters = waiters
        self.sampler = sampler
        epoll = try Epoll()
        wakeUp = try EventDescriptor()
        var childSignal = sigset_t()
        sigemptyset(&childSignal)
        sigaddset(&childSignal, SIGCHLD)
        orphanEnds = try OwnedDescriptor(checking: signalfd(-1, &childSignal, Int32(SFD_CLOEXEC | SFD_NONBLOCK)))
        try epoll.add(wakeUp.rawValue, tag: Self.wakeUpTag)
        try epoll.add(orphanEnds.rawValue, tag: Self.orphanTag)
    }

    /// - Parameter onEnd: called on the supervisor's thread when nothing of a run lives any more.
    func start(onEnd: @escaping @Sendable (EndedCommand) -> Void) throws(Errno) {
        let thread = try NamedThread(name: "supervisor") { [self] in run(onEnd) }
        self.thread.withLock { $0 = thread }
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.set()
        thread.withLock { $0.take() }?.join()
    }

    /// Takes over a command that has just been launched.
    func supervise(_ launched: LaunchedRun, startedAt: MonotonicInstant) throws(Errno) {
        let tag = nextTag.wrappingAdd(1, ordering: .relaxed).oldValue
        let deadline = launched.active.specification.timeout.map(startedAt.advanced)
        state.withLock { $0[tag] = SupervisedRun(launched: launched, deadline: deadline) }
        try epoll.add(launched.tree.main.descriptor, tag: tag)
        wakeUp.set()
    }

    /// Begins to end a command; nothing when it is not running or is being ended already.
    func end(_ id: RunID, as outcome: Outcome) {
        state.withLock { runs in
            for tag in runs.keys where runs[tag]?.launched.active.id == id {
                runs[tag]?.terminate(as: outcome, now: .now)
            }
        }
        wakeUp.set()
    }

    /// Begins to end all commands.
    func endAll(as outcome: Outcome) {
        state.withLock { runs in
            for tag in runs.keys { runs[tag]?.terminate(as: outcome, now: .now) }
        }
        wakeUp.set()
    }

    /// Looks at the deadlines again, because one was added.
    func reconsider() {
        wakeUp.set()
    }
}

// MARK: - The thread

extension Supervisor {
    private func run(_ onEnd: (EndedCommand) -> Void) {
        var mustRetryOrphans = false
        while !isStopping.load(ordering: .acquiring) {
            for tag in epoll.wait(timeout: mustRetryOrphans ? .milliseconds(10) : timeUntilDeadline()) {
                switch tag {
                case Self.wakeUpTag: wakeUp.clear()
                case Self.orphanTag: drainSignals()
                default: commandEnded(tag, onEnd)
                }
            }
            mustRetryOrphans = !children.reapOrphans()
            let now = MonotonicInstant.now
            waiters.expire(at: now)
            meetDeadlines(at: now, onEnd)
        }
    }

    private func timeUntilDeadline() -> Duration? {
        let deadlines = state.withLock { $0.values.compactMap(\.deadline) } + [waiters.nextDeadline].compactMap { $0 }
        return deadlines.min().map { max(.zero, $0 - .now) }
    }

    private func drainSignals() {
        var info = signalfd_siginfo()
        while read(orphanEnds.rawValue, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {}
    }

    private func commandEnded(_ tag: UInt64, _ onEnd: (EndedCommand) -> Void) {
        guard var run = state.withLock({ $0[tag] }) else { return }
        // The window closes here: everything else can wait.
        run.recording = sampler.finish(run.launched.recording)
        epoll.remove(run.launched.tree.main.descriptor)
        run.end = try? children.reap(run.launched.tree.main)
        run.sweep(now: .now)
        settle(tag, run, onEnd)
    }

    private func meetDeadlines(at now: MonotonicInstant, _ onEnd: (EndedCommand) -> Void) {
        let due = state.withLock { $0.filter { ($0.value.deadline ?? now.advanced(by: .seconds(1))) <= now } }
        for (tag, var run) in due {
            run.meetDeadline(at: now)
            settle(tag, run, onEnd)
        }
    }

    /// Puts a run back, or hands it on when nothing of it lives any more.
    private func settle(_ tag: UInt64, _ run: SupervisedRun, _ onEnd: (EndedCommand) -> Void) {
        let ended = run.endedCommand
        state.withLock { $0[tag] = ended == nil ? run : nil }
        if let ended { onEnd(ended) }
    }
}
