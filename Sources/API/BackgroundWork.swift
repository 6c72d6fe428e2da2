import LinuxSystem
import Synchronization
import SystemPackage

/// Work that takes too long for the server's thread, one piece after the other on a thread of its own, which is there
/// only while there is work.
final class BackgroundWork: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var isWorking = false
    }

    private let name: String
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: how many pieces may wait.
    init(name: String, limit: Int) {
        self.name = name
        self.limit = limit
    }

    /// Puts a piece behind those that wait.
    ///
    /// - Returns: false, and it will not be done, when too many wait or there is no thread to be had.
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard state.waiting.count < limit else { return false }
            if !state.isWorking {
                guard let thread = try? NamedThread(name: name, body: { [self] in run() }) else { return false }
                thread.detach()
                state.isWorking = true
            }
            state.waiting.append(work)
            return true
        }
    }

    private func run() {
        while let work = next() { work() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isWorking = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
