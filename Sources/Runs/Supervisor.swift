import CLinux
import Glibc
import LinuxSystem
import Measurement
import Sampling
import Synchronization
import SystemPackage

/// Watches over the running commands: their end, their output, their time limit, and what they leave behind.
///
/// One thread in `epoll_wait` over the commands' pidfds and output pipes, with a timeout for the next deadline. What it
/// knows of the commands belongs to that thread alone; others leave orders, which it carries out in their sequence.
final class Supervisor: Sendable {
    let orders = Mutex<[SupervisorOrder]>([])
    let epoll: Epoll
    let wakeUp: EventDescriptor
    let orphanEnds: OwnedDescriptor
    let isStopping = Atomic(false)
    private let thread = Mutex<NamedThread?>(nil)
    let children: ChildRegistry
    let waiters: RunWaiters
    let sampler: Sampler

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
        try epoll.add(wakeUp.rawValue, tag: SupervisorTag.wakeUp)
        try epoll.add(orphanEnds.rawValue, tag: SupervisorTag.orphan)
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

    private func order(_ order: SupervisorOrder) {
        orders.withLock { $0.append(order) }
        wakeUp.set()
    }

    /// Looks at the deadlines again, because one was added.
    func reconsider() {
        wakeUp.set()
    }
}
