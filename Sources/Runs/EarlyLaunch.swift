import LinuxSystem
import Synchronization
import SystemPackage

/// The thread that prepares the launch of a run while its claim is on the way to the disk, and then waits for permission.
final class EarlyLaunch: Sendable {
    private let waiting = Mutex<(thread: NamedThread, permission: Permission)?>(nil)

    /// What the thread waits for: that it may launch, or that it never will.
    final class Permission: Sendable {
        private let answer = Mutex<Bool?>(nil)
        private let isThere: EventDescriptor

        fileprivate init() throws(Errno) { isThere = try EventDescriptor() }

        fileprivate func answer(_ isGiven: Bool) {
            answer.withLock { $0 = isGiven }
            isThere.set()
        }

        func wait() -> Bool {
            while true {
                if let isGiven = answer.withLock({ $0 }) { return isGiven }
                isThere.wait()
            }
        }
    }

    /// Starts the thread. Without one, or a descriptor, nothing is prepared: then all is done when it is permitted.
    func begin(_ body: @escaping @Sendable (Permission) -> Void) {
        do throws(Errno) {
            let permission = try Permission()
            let thread = try NamedThread(name: "launcher") { body(permission) }
            waiting.withLock { $0 = (thread, permission) }
        } catch {
        }
    }

    /// Lets the thread launch; false when there is none.
    func goOn() -> Bool {
        guard let (thread, permission) = waiting.withLock({ $0.take() }) else { return false }
        permission.answer(true)
        thread.detach()
        return true
    }

    /// Ends the thread, if there is one, and waits until it has taken away what it made.
    func giveUp() {
        guard let (thread, permission) = waiting.withLock({ $0.take() }) else { return }
        permission.answer(false)
        thread.join()
    }
}
