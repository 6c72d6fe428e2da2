import Glibc
import Synchronization

/// The sockets of the connections that there are.
final class HTTPOpenSockets: Sendable {
    private let sockets = Mutex<Set<Int32>>([])

    func add(_ socket: Int32) {
        sockets.withLock { _ = $0.insert(socket) }
    }

    /// Before it is closed: after that its number may be another's.
    func remove(_ socket: Int32) {
        sockets.withLock { _ = $0.remove(socket) }
    }

    /// Ends all connections, whatever is on its way through them. The library reads the end, and closes them.
    func shutDown() {
        sockets.withLock { sockets in
            for socket in sockets { Glibc.shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }
}
