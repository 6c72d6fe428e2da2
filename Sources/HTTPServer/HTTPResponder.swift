import Synchronization

/// The right to answer a request that waits: once, from any thread. If it is dropped unused, the answer is 500.
package final class HTTPResponder: Sendable {
    private let suspension: HTTPSuspension

    init(_ suspension: HTTPSuspension) {
        self.suspension = suspension
    }

    /// The first answer counts; later ones, and any after the server has stopped, are ignored.
    package func respond(_ response: HTTPResponse) {
        suspension.answer { response }
    }

    /// The same for a response that takes time to make: that is done on the server's thread, and not at all when
    /// nobody waits any more. The calling thread only passes the word.
    package func respond(_ response: @escaping @Sendable () -> HTTPResponse) {
        suspension.answer(response)
    }

    deinit {
        suspension.answer { HTTPProblem(.internalServerError, detail: "The request was given up.").response }
    }
}

/// A suspended connection that waits for one response.
final class HTTPSuspension: Sendable {
    private enum State {
        case waiting
        case answered(@Sendable () -> HTTPResponse)
    }

    private let connection: HTTPConnection
    private let state = Mutex(State.waiting)

    /// Suspends the connection; on the server's thread.
    init(_ connection: HTTPConnection) {
        self.connection = connection
        connection.suspend()
    }

    /// Resumes while holding the lock: so whoever comes second knows, when this returns, that the connection is no
    /// longer suspended, and the server may stop. Resuming only raises a flag and calls nobody.
    func answer(_ response: @escaping @Sendable () -> HTTPResponse) {
        state.withLock { state in
            guard case .waiting = state else { return }
            state = .answered(response)
            connection.resume()
        }
    }

    /// The answer, once the connection has been resumed; made here, on the server's thread.
    var response: HTTPResponse? {
        let make: (@Sendable () -> HTTPResponse)? = state.withLock { state in
            if case .answered(let response) = state { response } else { nil }
        }
        return make?()
    }
}

extension HTTPSuspension: HTTPInterruptible {
    func interrupt() {
        answer { HTTPProblem(.serviceUnavailable, detail: "The server stops.").response }
    }
}
