import Synchronization

/// How many clients may wait for the end of a run at a time. Each holds a connection, and whether it is still there
/// shows only when it is answered: so those who have gone must leave connections to the others.
final class WaitLimit: Sendable {
    let maximum: Int
    private let count = Mutex(0)

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// Takes a place; false when there is none. Each place is given back once, with ``leave()``.
    func enter() -> Bool {
        count.withLock { count in
            guard count < maximum else { return false }
            count += 1
            return true
        }
    }

    func leave() {
        count.withLock { $0 -= 1 }
    }
}
