import CLinux
import Glibc
import LinuxSystem
import Measurement
import Sampling
import Synchronization
import SystemPackage

/// Watches over the running commands: their end, their output, their time limit, and what they leave behind.
///
/// One thread in `epoll_wait` over the commands' pidfds and output pipes, with a timeout for the next deadline. What it knows of the
/// commands belongs to that thread alone; others leave orders, which it carries out in their sequence.
final class Supervisor: Sendable {
    private let orders = Mutex<[Order]>([])
    private let epoll: Epoll
    private let wakeUp: EventDescriptor
    private let orphanEnds: OwnedDescriptor
    private let isStopping = Atomic(false)
    private let thread = Mutex<NamedThread?>(nil)
    private let children: ChildRegistry
    private let waiters: RunWaiters
    private let sampler: Sampler

    private enum Order: Sendable {
        case supervise(LaunchedRun, startedAt: MonotonicInstant)
        case end(RunID, as: Outcome)
        case endAll(as: Outcome)
        case signal(RunID, Int32)
        case hurry
    }

    private static let wakeUpTag: UInt64 = 0
    private static let orphanTag: UInt64 = 1
    private static let firstRunTag: UInt64 = 2 * tagsPerRun
    /// A run's own tag stands for its pidfd, and the next two for its output.
    private static let tagsPerRun: UInt64 = 4
    private static let turnsPerRound = 4

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
    func supervise(_ launched: LaunchedRun, startedAt: MonotonicInstant) {
        order(.supervise(launched, startedAt: startedAt))
    }

    /// Begins to end a command; nothing when it is not running or is being ended already.
    func end(_ id: RunID, as outcome: Outcome) {
        order(.end(id, as: outcome))
    }

    /// Sends a signal to a command's main process; one that is not supervised yet gets it as soon as it is.
    func forward(_ signal: Int32, to id: RunID) {
        order(.signal(id, signal))
    }

    /// Begins to end all commands.
    func endAll(as outcome: Outcome) {
        order(.endAll(as: outcome))
    }

    /// Takes the grace from all commands that are being ended, and from those that will be.
    func hurry() {
        order(.hurry)
    }

    private func order(_ order: Order) {
        orders.withLock { $0.append(order) }
        wakeUp.set()
    }

    /// Looks at the deadlines again, because one was added.
    func reconsider() {
        wakeUp.set()
    }
}

// MARK: - The thread

extension Supervisor {
    /// The commands under supervision, by their tag in `epoll`.
    private struct Watch {
        var runs: [UInt64: SupervisedRun] = [:]
        var nextTag = Supervisor.firstRunTag
        var isHurried = false
        /// Where the next round of reading output begins.
        var nextTurn = 0
        /// Signals for commands that are not supervised yet.
        var earlySignals: [(id: RunID, signal: Int32)] = []

        var nextDeadline: MonotonicInstant? { runs.values.lazy.compactMap(\.deadline).min() }

        mutating func terminate(as outcome: Outcome, where isMeant: (RunID) -> Bool) {
            for tag in runs.keys where isMeant(runs[tag]!.launched.active.id) {
                runs[tag]!.terminate(as: outcome, now: .now)
            }
        }

        mutating func forward(_ signal: Int32, to id: RunID) {
            let run = runs.values.first { $0.launched.active.id == id }
            if let run { run.launched.tree.main.send(signal) } else { earlySignals.append((id, signal)) }
        }

        /// Sends what came too early for a run.
        mutating func forwardEarlySignals(to id: RunID) {
            let due = earlySignals.filter { $0.id == id }
            earlySignals.removeAll { $0.id == id }
            for (id, signal) in due { forward(signal, to: id) }
        }

        mutating func hurry() {
            isHurried = true
            for tag in runs.keys { runs[tag]!.hurry(now: .now) }
        }

        /// Takes out the runs of which nothing lives any more, the oldest first.
        mutating func takeEnded() -> [EndedCommand] {
            let ended = runs.sorted { $0.key < $1.key }.compactMap { tag, run in run.endedCommand.map { (tag, $0) } }
            for (tag, _) in ended { runs[tag] = nil }
            return ended.map(\.1)
        }
    }

    private func run(_ onEnd: (EndedCommand) -> Void) {
        // The end of a command closes its window: on a loaded machine that must not wait.
        SchedulingPolicy.hastenCallingThread()
        var watch = Watch()
        var mustRetryOrphans = false
        while !isStopping.load(ordering: .acquiring) {
            let timeout = mustRetryOrphans ? .milliseconds(10) : timeUntilDeadline(of: watch)
            attend(to: epoll.wait(timeout: timeout), &watch)
            carryOutOrders(&watch)
            mustRetryOrphans = !children.reapOrphans()
            let now = MonotonicInstant.now
            waiters.expire(at: now)
            for (tag, run) in watch.runs where run.deadline.map({ $0 <= now }) ?? false {
                watch.runs[tag]!.meetDeadline(at: now)
            }
            for ended in watch.takeEnded() { onEnd(ended) }
        }
    }

    private func attend(to tags: [UInt64], _ watch: inout Watch) {
        let ended = tags.filter { $0 >= Self.firstRunTag && $0 % Self.tagsPerRun == 0 }
        // All windows close first, whatever else has come.
        let recordings = ended.map { closeWindow($0, watch) }
        for (tag, recording) in zip(ended, recordings) { commandEnded(tag, recording, &watch) }
        if tags.contains(Self.wakeUpTag) { wakeUp.clear() }
        if tags.contains(Self.orphanTag) { drainSignals() }
        pump(tags.filter { $0 >= Self.firstRunTag && $0 % Self.tagsPerRun != 0 }, &watch)
    }

    /// A turn for a few of the streams that have something to say; `epoll` names the others again at once. So an end
    /// is noticed after a few writes, however many commands flood their output.
    private func pump(_ tags: [UInt64], _ watch: inout Watch) {
        guard !tags.isEmpty else { return }
        for turn in 0..<min(Self.turnsPerRound, tags.count) {
            pump(tags[(watch.nextTurn + turn) % tags.count], &watch)
        }
        // epoll keeps the order: without this the same few would always come first.
        watch.nextTurn = (watch.nextTurn + Self.turnsPerRound) % tags.count
    }

    private func pump(_ tag: UInt64, _ watch: inout Watch) {
        let stream = Int(tag % Self.tagsPerRun) - 1
        let run = tag - tag % Self.tagsPerRun
        guard watch.runs[run] != nil else { return }
        // At its end a pipe is readable for ever.
        if !watch.runs[run]!.pump(stream) { epoll.remove(watch.runs[run]!.launched.pipes[stream].descriptor) }
    }

    private func timeUntilDeadline(of watch: Watch) -> Duration? {
        let deadlines = [watch.nextDeadline, waiters.nextDeadline].compactMap { $0 }
        return deadlines.min().map { max(.zero, $0 - .now) }
    }

    private func drainSignals() {
        var info = signalfd_siginfo()
        while read(orphanEnds.rawValue, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {}
    }

    private func carryOutOrders(_ watch: inout Watch) {
        let orders = orders.withLock { orders in
            defer { orders = [] }
            return orders
        }
        for order in orders {
            switch order {
            case .supervise(let launched, let startedAt): begin(launched, startedAt, &watch)
            case .end(let id, let outcome): watch.terminate(as: outcome) { $0 == id }
            case .endAll(let outcome): watch.terminate(as: outcome) { _ in true }
            case .signal(let id, let signal): watch.forward(signal, to: id)
            case .hurry: watch.hurry()
            }
        }
    }

    private func begin(_ launched: LaunchedRun, _ startedAt: MonotonicInstant, _ watch: inout Watch) {
        let tag = watch.nextTag
        watch.nextTag += Self.tagsPerRun
        let deadline = launched.active.specification.timeout.map(startedAt.advanced)
        watch.runs[tag] = SupervisedRun(launched: launched, deadline: deadline)
        if watch.isHurried { watch.runs[tag]!.hurry(now: .now) }
        watch.forwardEarlySignals(to: launched.active.id)
        do {
            for (stream, pipe) in launched.pipes.enumerated() {
                try epoll.add(pipe.descriptor, tag: tag + 1 + UInt64(stream))
            }
            try epoll.add(launched.tree.main.descriptor, tag: tag)
        } catch {
            // Nobody would hear of its end: it is ended now, and reaping waits for that.
            watch.runs[tag]!.giveUp(as: .launchFailed(errno: error.rawValue, message: "watching the process: \(error)"))
            commandEnded(tag, closeWindow(tag, watch), &watch)
        }
    }

    /// Takes the last frame of a run: everything else can wait.
    private func closeWindow(_ tag: UInt64, _ watch: Watch) -> FinishedRecording? {
        watch.runs[tag].flatMap { sampler.finish($0.launched.recording) }
    }

    private func commandEnded(_ tag: UInt64, _ recording: FinishedRecording?, _ watch: inout Watch) {
        guard let launched = watch.runs[tag]?.launched else { return }
        epoll.remove(launched.tree.main.descriptor)
        watch.runs[tag]!.commandEnded(try? children.reap(launched.tree.main), recording: recording, now: .now)
    }
}
