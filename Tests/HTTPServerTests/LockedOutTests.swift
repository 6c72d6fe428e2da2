import HTTPServer
import Synchronization
import TestSupport
import Testing

/// What becomes of those who are on their way when they are locked out.
@Suite struct LockedOutTests {
    private static let post = "POST /anything HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"

    @Test func `who is locked out while the body comes is not served`() throws {
        let lock = Lock()
        let server = try TestServer(admit: { _ in
            lock.isClosed.load(ordering: .relaxed) ? HTTPProblem(.unauthorized, detail: "locked").response : nil
        })
        let client = try RawClient(port: server.port)
        try client.send(Self.post)
        try waitUntil { server.admittedPaths == ["/anything"] }
        lock.isClosed.store(true, ordering: .relaxed)
        try client.send("cde")
        let answer = try client.response()
        #expect(answer.status == 401 && answer.closes)
    }

    @Test func `connections that are dropped hear nothing more, and new ones are served`() throws {
        let later = HTTPRoute(.get, "/later") { _ in .later { $0.respond(HTTPResponse(status: .noContent)) } }
        let server = try TestServer(routes: [later])
        let clients = try (0..<3).map { _ in try RawClient(port: server.port) }
        for client in clients {
            try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.response().status == 204)
        }
        try clients[0].send(Self.post)
        try waitUntil { server.admittedPaths.contains("/anything") }
        server.server.dropConnections()
        for client in clients { #expect(try client.rest().isEmpty) }
        #expect(try server.get("/hello").status == 200)
    }

    private final class Lock: Sendable {
        let isClosed = Atomic(false)
    }
}
