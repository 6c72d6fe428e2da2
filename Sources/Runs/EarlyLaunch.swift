import LinuxSystem
import Synchronization
import SystemPackage

/// The thread that prepares the launch of a run while its claim is on the way to the disk, and then waits for leave.
final class EarlyLaunch: Sendable {
    private let waiting = Mutex<(thread: NamedThread, leave: Leave)?>(nil)

    /// What the thread waits for: leave to launch, or that there will be none.
    final class Leave: Sendable {
        private let answer: EventDescriptor
        private let isGiven = Atomic(false)

        fileprivate init() throws(Errno) { answer = try EventDescriptor() }

        fileprivate func settle(_ isGiven: Bool) {
            self.isGiven.store(isGiven, ordering: .releasing)
            answer.set()
        }

        func wait() -> Bool {
            answer.wait()
            return isGiven.load(ordering: .acquiring)
        }
    }

    /// Starts the thread. Without one, or a descriptor, nothing is prepared: then it is all done when there is leave.
    func begin(_ body: @escaping @Sendable (Leave) -> Void) {
        do throws(Errno) {
            let leave = try Leave()
            let thread = try NamedThread(name: "launcher") { body(leave) }
            waiting.withLock { $0 = (thread, leave) }
        } catch {
        }
    }

    /// Lets the thread launch; false when there is none.
    func goOn() -> Bool {
        guard let (thread, leave) = waiting.withLock({ $0.take() }) else { return false }
        leave.settle(true)
        thread.detach()
        return true
    }

    /// Ends the thread, if there is one, and waits until it has taken away what it made.
    func giveUp() {
        guard let (thread, leave) = waiting.withLock({ $0.take() }) else { return }
        leave.settle(false)
        thread.join()
    }
}
