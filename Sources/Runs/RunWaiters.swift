import Measurement
import Synchronization

/// Who wants to know when a run has finished.
///
/// An answer is given once, on the thread that has the news: the recorder's at the end of a run, the supervisor's
/// when the patience is over first.
final class RunWaiters: Sendable {
    private let state = Mutex(State())

    private struct State {
        var waiters: [Waiter] = []
        var isClosed = false
    }

    struct Waiter: Sendable {
        let id: RunID
        let deadline: MonotonicInstant
        let answer: @Sendable (WaitEnd) -> Void
    }

    func add(_ waiter: Waiter) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.waiters.append(waiter) }
            return state.isClosed
        }
        if isClosed { waiter.answer(.over) }
    }

    var nextDeadline: MonotonicInstant? { state.withLock { $0.waiters.lazy.map(\.deadline).min() } }

    /// Answers those who wait for a run.
    func finish(_ id: RunID) {
        answer(.over) { $0.id == id }
    }

    /// Answers those whose deadline has passed.
    func expire(at now: MonotonicInstant) {
        answer(.expired) { $0.deadline <= now }
    }

    /// Answers all as if their deadlines had passed.
    func expireAll() {
        answer(.expired) { _ in true }
    }

    /// Answers all, now and from now on: nobody is left who could bring news.
    func close() {
        state.withLock { $0.isClosed = true }
        answer(.over) { _ in true }
    }

    private func answer(_ end: WaitEnd, _ isDue: (Waiter) -> Bool) {
        let due = state.withLock { state in
            let due = state.waiters.filter(isDue)
            if !due.isEmpty { state.waiters.removeAll(where: isDue) }
            return due
        }
        for waiter in due { waiter.answer(end) }
    }
}

/// Why a wait is over.
package enum WaitEnd: Sendable {
    /// The run has finished, or nobody is left who could bring news.
    case over
    /// The patience is.
    case expired
}
