import LinuxSystem
import Synchronization
import SystemPackage

/// The thread that prepares the launch of a run while its claim is on the way to the disk, and then waits for
/// permission.
final class EarlyLaunch: Sendable {
    private let waiting = Mutex<(thread: NamedThread, permission: Promise<Bool>)?>(nil)

    /// Starts the thread. Without one, or a descriptor, nothing is prepared: then all is done when it is permitted.
    ///
    /// - Parameter body: learns from the promise whether it may launch.
    func begin(_ body: @escaping @Sendable (Promise<Bool>) -> Void) {
        do throws(Errno) {
            let permission = try Promise<Bool>()
            let thread = try NamedThread(name: "launcher") { body(permission) }
            waiting.withLock { $0 = (thread, permission) }
        } catch {
        }
    }

    /// Lets the thread launch; false when there is none.
    func goOn() -> Bool {
        guard let (thread, permission) = waiting.withLock({ $0.take() }) else { return false }
        permission.keep(true)
        thread.detach()
        return true
    }

    /// Ends the thread, if there is one, and waits until it has taken away what it made.
    func giveUp() {
        guard let (thread, permission) = waiting.withLock({ $0.take() }) else { return }
        permission.keep(false)
        thread.join()
    }
}
