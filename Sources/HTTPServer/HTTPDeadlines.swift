import Dispatch
import Glibc
import LinuxSystem
import Synchronization

/// The connections that there are, and until when each must have shown the whole of what it is about to send: a head, or
/// a body.
///
/// libmicrohttpd's own timeout begins anew with every byte, so a client that sends one now and then would keep its
/// connection for ever. Its thread sleeps while nothing is due.
final class HTTPDeadlines: Sendable {
    private struct State {
        /// By their sockets: the kernel gives the lowest number that is free.
        var connections: [Connection] = []
        /// When the thread looks again; nil for when it is told to.
        var nextLook: ContinuousClock.Instant?
        var isStopping = false
    }

    private enum Connection {
        case none, unhurried, due(ContinuousClock.Instant)

        var deadline: ContinuousClock.Instant? { if case .due(let deadline) = self { deadline } else { nil } }
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
            while state.connections.count <= Int(socket) { state.connections.append(.none) }
            state.connections[Int(socket)] = .due(deadline)
            guard state.nextLook.map({ deadline < $0 }) ?? true else { return false }
            state.nextLook = deadline
            return true
        }
        if isNews { news.signal() }
    }

    /// The connection has shown all.
    func lift(from socket: Int32) { put(.unhurried, for: socket) }

    /// The connection is about to be closed: after that its number may be another's.
    func forget(_ socket: Int32) { put(.none, for: socket) }

    private func put(_ connection: Connection, for socket: Int32) {
        state.withLock { state in
            if state.connections.indices.contains(Int(socket)) { state.connections[Int(socket)] = connection }
        }
    }

    /// Ends all connections, whatever is on its way through them.
    func expireAll() {
        state.withLock { state in
            for socket in state.connections.indices {
                if case .none = state.connections[socket] { continue }
                Self.end(socket)
            }
        }
    }

    /// Under the lock, so that it is still this connection's. The library reads the end, and closes.
    private static func end(_ socket: Int) {
        shutdown(Int32(socket), Int32(SHUT_RDWR))
    }

    private func watch() {
        while true {
            let pause: Double? = state.withLock { state in
                let now = ContinuousClock.now
                for socket in state.connections.indices {
                    guard let deadline = state.connections[socket].deadline, deadline <= now else { continue }
                    Self.end(socket)
                    state.connections[socket] = .unhurried
                }
                state.nextLook = state.connections.lazy.compactMap(\.deadline).min()
                return state.isStopping ? nil : state.nextLook.map { (($0 - now) / .seconds(1)) } ?? .infinity
            }
            guard let pause else { return }
            _ = news.wait(timeout: pause.isFinite ? .now() + pause : .distantFuture)
        }
    }
}
