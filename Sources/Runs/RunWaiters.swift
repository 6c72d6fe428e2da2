import Measurement
import Synchronization

/// Who wants to know when a run has finished.
///
/// An answer is given once, on the thread that has the news: the recorder's at the end of a run, the supervisor's
/// when the patience is over first.
final class RunWaiters: Sendable {
    private let waiters = Mutex<[Waiter]>([])

    struct Waiter: Sendable {
        let id: RunID
        let deadline: MonotonicInstant
        let answer: @Sendable () -> Void
    }

    func add(_ waiter: Waiter) {
        waiters.withLock { $0.append(waiter) }
    }

    var nextDeadline: MonotonicInstant? { waiters.withLock { $0.map(\.deadline).min() } }

    /// Answers those who wait for a run.
    func finish(_ id: RunID) {
        answer { $0.id == id }
    }

    /// Answers those whose deadline has passed.
    func expire(at now: MonotonicInstant) {
        answer { $0.deadline <= now }
    }

    private func answer(_ isDue: (Waiter) -> Bool) {
        let due = waiters.withLock { waiters in
            let due = waiters.filter(isDue)
            if !due.isEmpty { waiters.removeAll(where: isDue) }
            return due
        }
        for waiter in due { waiter.answer() }
    }
}
