import CMicrohttpd
import Glibc
import Synchronization

/// An HTTP/1.1 server over libmicrohttpd: one thread, an epoll loop, routes and their handlers.
///
/// Handlers run on that thread and never block; what waits answers `.later` and its connection is suspended.
package final class HTTPServer: Sendable {
    /// Sees every request whose head is sound, also those that no route matches, before its body is read. What it
    /// returns is the answer; nil lets the request in, with the role that it has been given.
    package typealias Admission = @Sendable (inout HTTPRequest) -> HTTPResponse?
    /// Told of every request that was answered. It must be cheap.
    package typealias Observer = @Sendable (HTTPExchange) -> Void
    /// Told of an error that became a 500.
    package typealias Reporter = @Sendable (any Error, HTTPRequest) -> Void

    private enum State {
        case stopped
        case running(HTTPDaemon)
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
            state = .running(try HTTPDaemon(configuration, makeDispatcher()))
        }
    }

    /// Takes no more connections, answers what waits with 503, lets responses end for a while
    /// (`stopGraceSeconds`), and closes what is left. Not from a handler: it waits for the server's thread.
    package func stop() {
        let daemon: HTTPDaemon? = state.withLock { state in
            defer { state = .stopped }
            if case .running(let daemon) = state { return daemon }
            return nil
        }
        daemon?.stop()
    }

    /// The port it listens on, also where the system chose it; nil while it is stopped.
    package var port: UInt16? {
        state.withLock { state in
            if case .running(let daemon) = state { daemon.port } else { nil }
        }
    }
}
