import Dispatch
import Glibc
import LinuxSystem
import Synchronization

/// Until when each connection must have shown the whole of what it is about to send: a head, or a body.
///
/// libmicrohttpd's own timeout begins anew with every byte, so a client that sends one now and then would keep its
/// connection for ever. Its thread sleeps while nothing is due.
final class HTTPDeadlines: Sendable {
    private struct State {
        /// By the connection's socket: the kernel gives the lowest number that is free.
        var deadlines: [ContinuousClock.Instant?] = []
        /// When the thread looks again; nil for when it is told to.
        var nextLook: ContinuousClock.Instant?
        var isStopping = false
    }

    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    private let thread = Mutex<NamedThread?>(nil)

    /// - Throws: when there is no room for another thread.
    func start() throws {
        let watcher = try NamedThread(name: "http-deadlines") { [self] in watch() }
        thread.withLock { $0 = watcher }
    }

    /// Nothing is due any more. Without ``start()`` nothing happens.
    func stop() {
        guard let watcher = thread.withLock({ $0.take() }) else { return }
        state.withLock { $0.isStopping = true }
        news.signal()
        watcher.join()
    }

    /// Gives a connection so much time from now on, whatever it had before.
    func give(_ time: Duration, to socket: Int32, at now: ContinuousClock.Instant = .now) {
        guard socket >= 0 else { return }
        let deadline = now + time
        let isNews = state.withLock { state in
            while state.deadlines.count <= Int(socket) { state.deadlines.append(nil) }
            state.deadlines[Int(socket)] = deadline
            guard state.nextLook.map({ deadline < $0 }) ?? true else { return false }
            state.nextLook = deadline
            return true
        }
        if isNews { news.signal() }
    }

    /// The connection has shown all, or is about to be closed: after that its number may be another's.
    func lift(from socket: Int32) {
        state.withLock { state in
            if state.deadlines.indices.contains(Int(socket)) { state.deadlines[Int(socket)] = nil }
        }
    }

    private func watch() {
        while true {
            let pause: Double? = state.withLock { state in
                let now = ContinuousClock.now
                for socket in state.deadlines.indices {
                    guard let deadline = state.deadlines[socket], deadline <= now else { continue }
                    // Under the lock, so that it is still this connection's. The library reads the end, and closes.
                    shutdown(Int32(socket), Int32(SHUT_RDWR))
                    state.deadlines[socket] = nil
                }
                state.nextLook = state.deadlines.lazy.compactMap { $0 }.min()
                return state.isStopping ? nil : state.nextLook.map { (($0 - now) / .seconds(1)) } ?? .infinity
            }
            guard let pause else { return }
            _ = news.wait(timeout: pause.isFinite ? .now() + pause : .distantFuture)
        }
    }
}
