import HTTPServer
import Synchronization

/// Counts wrong tokens: who shows many is told to wait, and the operator is told of it.
///
/// A right token is let in all the same, or anybody could lock its owner out: on loopback all have one address. What
/// keeps guesses from succeeding is the length of the token; this keeps them from going unnoticed.
package final class WrongTokens: Sendable {
    fileprivate struct State {
        var started: ContinuousClock.Instant?
        var total = 0
        /// No more entries than `maximumInAll`.
        var byAddress: [String: Int] = [:]
    }

    package static let maximumPerAddress = 10
    static let maximumInAll = 100
    static let period = Duration.seconds(60)

    private let state = Mutex(State())
    private let report: @Sendable (String) -> Void

    /// - Parameter report: told of an address, once in a period, when it has shown too many; must be cheap.
    package init(report: @escaping @Sendable (String) -> Void = { _ in }) {
        self.report = report
    }

    /// Takes note of one.
    ///
    /// - Parameter peer: nil where the connection has no address.
    /// - Returns: how long to wait before the next, or nil while there have been few.
    func add(from peer: HTTPPeerAddress?, at now: ContinuousClock.Instant = .now) -> Duration? {
        let address = peer?.description ?? "a Unix socket"
        let (count, isLast, wait) = state.withLock { $0.add(from: address, at: now) }
        if count == Self.maximumPerAddress + 1 { report(address) } else if isLast { report("\(address) and others") }
        return wait
    }
}

extension WrongTokens.State {
    fileprivate mutating func add(
        from address: String, at now: ContinuousClock.Instant
    ) -> (count: Int, isLast: Bool, wait: Duration?) {
        if let started, now - started >= WrongTokens.period { self = Self() }
        let started = started ?? now
        self.started = started
        let wait = WrongTokens.period - (now - started)
        guard total < WrongTokens.maximumInAll else { return (0, false, wait) }
        total += 1
        let count = byAddress[address, default: 0] + 1
        byAddress[address] = count
        return (count, total == WrongTokens.maximumInAll, count > WrongTokens.maximumPerAddress ? wait : nil)
    }
}
