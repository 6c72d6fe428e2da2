import Dispatch
import HTTPServer
import Synchronization

/// A server on a port of its own, with one route for each thing a test needs; stopped when it goes out of scope.
final class TestServer: Sendable {
    let server: HTTPServer
    let port: UInt16
    private let log: Log

    /// What the server reported. Apart from the test server, so that the callbacks do not keep that alive.
    final class Log: Sendable {
        struct State {
            var exchanges: [HTTPExchange] = []
            var errors: [any Error] = []
            var admitted: [String] = []
        }
        let state = Mutex(State())
        let completed = DispatchSemaphore(value: 0)
    }

    init(
        host: String = "127.0.0.1", routes: [HTTPRoute] = [],
        admit: @escaping HTTPServer.Admission = { _ in nil },
        configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = HTTPServerConfiguration(address: HTTPListenAddress(host: host, port: 0)!)
        configure(&configuration)
        let log = Log()
        server = HTTPServer(
            configuration: configuration, routes: TestServer.routes + routes,
            admit: { request in
                log.state.withLock { $0.admitted.append(request.path) }
                return admit(&request)
            },
            observe: { exchange in
                log.state.withLock { $0.exchanges.append(exchange) }
                log.completed.signal()
            },
            report: { error, _ in log.state.withLock { $0.errors.append(error) } })
        self.log = log
        try server.start()
        port = server.port!
    }

    deinit { server.stop() }

    private struct Unexpected: Error {}

    private static let routes = [
        HTTPRoute(.get, "/hello") { _ in .now(HTTPResponse(contentType: "text/plain", body: .text("hello\n"))) },
        HTTPRoute(.get, "/empty") { _ in .now(HTTPResponse(status: .noContent)) },
        HTTPRoute(.get, "/echo/{name}/tail") { request in
            let text = "\(request.pathParameters["name"]!) \(request.query("q") ?? "-")"
            return .now(HTTPResponse(contentType: "text/plain", body: .text(text)))
        },
        HTTPRoute(.post, "/sum", maximumBodySize: 1000) { request in
            .now(HTTPResponse(contentType: "text/plain", body: .text("\(request.body.count)")))
        },
        HTTPRoute(.post, "/anything", maximumBodySize: 1 << 20, acceptedContentType: nil) { request in
            .now(HTTPResponse(contentType: "text/plain", body: .bytes(request.body)))
        },
        HTTPRoute(.delete, "/sum") { _ in .now(HTTPResponse(status: .noContent)) },
        HTTPRoute(.get, "/conflict") { _ in throw HTTPProblem(.conflict, detail: "busy") },
        HTTPRoute(.get, "/broken") { _ in throw Unexpected() },
        HTTPRoute(.get, "/bare-error") { _ in .now(HTTPResponse(status: .gone)) },
        HTTPRoute(.get, "/bad-header") { _ in
            .now(HTTPResponse(status: .ok, headers: ["X-Bad": "a\r\nX-Injected: b"], body: .text("x")))
        },
    ]

    // MARK: Asking

    /// One request on a connection of its own.
    func answer(to request: String) throws -> RawResponse {
        try answer(to: Array(request.utf8))
    }

    func answer(to request: [UInt8]) throws -> RawResponse {
        let client = try RawClient(port: port)
        try client.send(request)
        return try client.response()
    }

    func get(_ path: String) throws -> RawResponse {
        try answer(to: "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }

    // MARK: What happened

    /// Waits until a request has been completed, and tells of it.
    func nextExchange() -> HTTPExchange? {
        guard log.completed.wait(timeout: .now() + 10) == .success else { return nil }
        return log.state.withLock { $0.exchanges.removeFirst() }
    }

    var errorCount: Int { log.state.withLock { $0.errors.count } }
    var admittedPaths: [String] { log.state.withLock { $0.admitted } }
}
