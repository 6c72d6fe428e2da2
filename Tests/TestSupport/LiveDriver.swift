import Glibc
import Measurement
import Synchronization

/// A thread that calls a function about every millisecond, by absolute deadlines.
final class LiveDriver: Sendable {
    private let thread = Mutex<pthread_t?>(nil)
    private let isStopping = Atomic(false)
    private static let period = 1_000_000

    /// Starts the thread; it must not run yet.
    func start(_ step: @escaping () -> Void) {
        thread.withLock { thread in
            precondition(thread == nil, "a simulated machine is started once at a time")
            isStopping.store(false, ordering: .relaxed)
            let job = LiveJob { [self] in run(step) }
            var id = pthread_t()
            let answer = pthread_create(&id, nil, runLiveJob, Unmanaged.passRetained(job).toOpaque())
            precondition(answer == 0, "cannot start the thread of a simulated machine")
            thread = id
        }
    }

    /// Ends the thread and waits for its end; nothing happens when none runs.
    func stop() {
        thread.withLock { thread in
            guard let id = thread else { return }
            isStopping.store(true, ordering: .relaxed)
            pthread_join(id, nil)
            thread = nil
        }
    }

    private func run(_ step: () -> Void) {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        while !isStopping.load(ordering: .relaxed) {
            step()
            deadline.tv_nsec += Self.period
            if deadline.tv_nsec >= 1_000_000_000 {
                deadline.tv_sec += 1
                deadline.tv_nsec -= 1_000_000_000
            }
            clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &deadline, nil)
        }
    }
}

/// What the thread does; kept alive by the thread alone.
private final class LiveJob {
    let body: () -> Void

    init(_ body: @escaping () -> Void) {
        self.body = body
    }
}

private func runLiveJob(_ job: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<LiveJob>.fromOpaque(job!).takeRetainedValue().body()
    return nil
}
