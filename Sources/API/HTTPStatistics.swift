import HTTPServer
import Measurement
import Synchronization

/// Counts answered requests for `/metrics`. Bounded: routes, methods and codes are.
final class HTTPStatistics: Sendable {
    private let state = Mutex(Snapshot())

    struct Key: Hashable, Comparable {
        let route: String
        let method: String
        let status: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.route, left.method, left.status) < (right.route, right.method, right.status)
        }
    }

    struct Snapshot {
        var requests: [Key: UInt64] = [:]
        /// In seconds, waiting included.
        var durations = Histogram(bounds: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 10, 60])
    }

    var snapshot: Snapshot { state.withLock { $0 } }

    func add(_ exchange: HTTPExchange) {
        let key = Key(route: exchange.route, method: exchange.method, status: exchange.status)
        state.withLock { state in
            state.requests[key, default: 0] += 1
            state.durations.observe(exchange.duration.inSeconds)
        }
    }
}
