import CLinux
import Glibc
import Synchronization
import SystemPackage

/// A thread with one job and a name that `ps -L` and `perf` show (15 bytes at most).
///
/// It starts with every signal blocked if its creator has them blocked, which `main` sees to.
package final class NamedThread: Sendable {
    private let handle: pthread_t
    private let joined = Atomic(false)

    /// Starts the thread.
    ///
    /// - Throws: `EAGAIN` when the system has no room for another thread.
    package init(name: String, body: @escaping @Sendable () -> Void) throws(Errno) {
        let work = Unmanaged.passRetained(ThreadWork(name: name, body: body))
        var handle = pthread_t()
        let error = pthread_create(&handle, nil, runThread, work.toOpaque())
        guard error == 0 else {
            work.release()
            throw Errno(rawValue: error)
        }
        self.handle = handle
    }

    /// Waits for the thread's end. Never from the thread itself; a second call returns at once.
    package func join() {
        guard !joined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        pthread_join(handle, nil)
    }

    /// Lets the thread clean up after itself instead of being joined.
    package func detach() {
        guard !joined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        pthread_detach(handle)
    }
}

private final class ThreadWork {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        ergo_name_calling_thread(name)
        body()
    }
}

/// A file-scope function: a closure handed to C would inherit the isolation of where it was written.
private func runThread(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadWork>.fromOpaque(work!).takeRetainedValue().run()
    return nil
}
