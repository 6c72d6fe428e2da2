import CMicrohttpd
import Dispatch
import Glibc
import Synchronization

/// An HTTP/1.1 server over libmicrohttpd: for each endpoint one thread with an epoll loop; routes and their handlers.
///
/// Handlers run on these threads and never block; what waits answers `.later` and its connection is suspended.
package final class HTTPServer: Sendable {
    /// Sees every request whose head is sound, also those that no route matches, before its body is read, and those with
    /// a body once more behind it. What it returns is the answer; nil lets the request in, with the role that it has
    /// been given.
    package typealias Admission = @Sendable (inout HTTPRequest) -> HTTPResponse?
    /// Told of every request that was answered. It must be cheap.
    package typealias Observer = @Sendable (HTTPExchange) -> Void
    /// Told of an error that became a 500.
    package typealias Reporter = @Sendable (any Error, HTTPRequest) -> Void

    private enum State {
        case stopped
        case running(HTTPDispatcher, [HTTPDaemon])
    }

    private let configuration: HTTPServerConfiguration
    private let makeDispatcher: @Sendable () -> HTTPDispatcher
    private let state = Mutex(State.stopped)

    package init(
        configuration: HTTPServerConfiguration, routes: [HTTPRoute],
        admit: @escaping Admission = { _ in nil }, observe: @escaping Observer = { _ in },
        report: @escaping Reporter = { _, _ in }
    ) {
        self.configuration = configuration
        makeDispatcher = {
            HTTPDispatcher(
                configuration: configuration, routes: routes, admit: admit, observe: observe, report: report)
        }
    }

    deinit {
        stop()
    }

    /// Listens and answers from here on; nothing happens if it already does.
    ///
    /// - Throws: `HTTPServerError`, which names the address and what would help.
    package func start() throws {
        try state.withLock { state in
            guard case .stopped = state else { return }
            let dispatcher = makeDispatcher()
            var daemons: [HTTPDaemon] = []
            do {
                try dispatcher.deadlines.start()
                for listener in configuration.inherited { daemons.append(try HTTPDaemon(.init(listener), dispatcher)) }
                for endpoint in configuration.endpoints { daemons.append(try HTTPDaemon(.init(endpoint), dispatcher)) }
            } catch {
                stop(daemons, dispatcher)
                throw error
            }
            state = .running(dispatcher, daemons)
        }
    }

    /// Takes no more connections, answers what waits with 503, lets responses end for a while
    /// (`stopGraceSeconds`), and closes what is left. Not from a handler: it waits for the server's thread.
    package func stop() {
        let last = state.withLock { state in
            defer { state = .stopped }
            return state
        }
        if case .running(let dispatcher, let daemons) = last { stop(daemons, dispatcher) }
    }

    /// Ends all connections at once, and answers that are on their way: what has let them in opens nothing any more.
    package func dropConnections() {
        state.withLock { state in
            if case .running(let dispatcher, _) = state { dispatcher.deadlines.expireAll() }
        }
    }

    private func stop(_ daemons: [HTTPDaemon], _ dispatcher: HTTPDispatcher) {
        for daemon in daemons { daemon.quiesce() }
        dispatcher.suspensions.stop()
        _ = dispatcher.inFlight.wait(timeout: .now() + .seconds(configuration.stopGraceSeconds))
        for daemon in daemons { daemon.stop() }
        dispatcher.deadlines.stop()
    }

    /// The port it listens on, also where the system chose it; nil while it is stopped, and without one.
    package var port: UInt16? {
        state.withLock { state in
            if case .running(_, let daemons) = state { daemons.lazy.compactMap(\.port).first } else { nil }
        }
    }
}
