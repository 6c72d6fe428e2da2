import Dispatch
import Glibc
import HTTPServer
import Synchronization
import Testing

@Suite struct HTTPResponderTests {
    /// Where a handler leaves its responders for the test to take.
    private final class Box: Sendable {
        private let held = Mutex<[HTTPResponder]>([])
        private let arrived = DispatchSemaphore(value: 0)

        func put(_ responder: HTTPResponder) {
            held.withLock { $0.append(responder) }
            arrived.signal()
        }

        func take() -> HTTPResponder? {
            guard arrived.wait(timeout: .now() + 10) == .success else { return nil }
            return held.withLock { $0.removeFirst() }
        }
    }

    private static func server(_ box: Box) throws -> TestServer {
        try TestServer(routes: [
            HTTPRoute(.get, "/later") { _ in .later { box.put($0) } },
            HTTPRoute(.get, "/at-once") { _ in .later { $0.respond(Self.text("at once")) } },
            HTTPRoute(.get, "/dropped") { _ in .later { _ in } },
        ])
    }

    private static func text(_ text: String) -> HTTPResponse {
        HTTPResponse(contentType: "text/plain", body: .text(text))
    }

    private static let later = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("a waiting request is answered from another thread, and others are served meanwhile")
    func otherThread() throws {
        let box = Box()
        let server = try Self.server(box)
        let client = try RawClient(port: server.port)
        try client.send(Self.later)
        let responder = try #require(box.take())
        #expect(try server.get("/hello").status == 200)
        DispatchQueue.global().async { responder.respond(Self.text("later")) }
        #expect(try client.response().text == "later")
        try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.response().text == "hello\n")
    }

    @Test("an answer may come before the handler has returned")
    func atOnce() throws {
        let server = try Self.server(Box())
        for _ in 0..<100 { #expect(try server.get("/at-once").text == "at once") }
    }

    @Test("an answer that is still to be made is made once, on the server's thread")
    func madeByTheServer() throws {
        let box = Box()
        let threads = Mutex<[UInt]>([])
        let note: @Sendable () -> Void = { threads.withLock { $0.append(UInt(pthread_self())) } }
        let server = try TestServer(routes: [
            HTTPRoute(.get, "/later") { _ in
                note()
                return .later { box.put($0) }
            }
        ])
        let client = try RawClient(port: server.port)
        try client.send(Self.later)
        let responder = try #require(box.take())
        for text in ["made", "too late"] {
            responder.respond {
                note()
                return Self.text(text)
            }
        }
        #expect(try client.response().text == "made")
        let seen = threads.withLock { $0 }
        #expect(seen.count == 2)
        #expect(Set(seen).count == 1)
    }

    @Test("the first of two answers counts")
    func twice() throws {
        let box = Box()
        let server = try Self.server(box)
        let client = try RawClient(port: server.port)
        try client.send(Self.later)
        let responder = try #require(box.take())
        responder.respond(Self.text("first"))
        responder.respond(Self.text("second"))
        #expect(try client.response().text == "first")
        responder.respond(Self.text("third"))
        #expect(try server.get("/hello").status == 200)
    }

    @Test("a responder that is dropped answers 500")
    func dropped() throws {
        let response = try Self.server(Box()).get("/dropped")
        #expect(response.status == 500)
        #expect(response.isProblem)
    }

    @Test("a client that has gone meanwhile does no harm")
    func clientGone() throws {
        let box = Box()
        let server = try Self.server(box)
        let client = try RawClient(port: server.port)
        try client.send(Self.later)
        let responder = try #require(box.take())
        client.abort()
        responder.respond(Self.text("to nobody"))
        #expect(try server.get("/hello").status == 200)
    }

    @Test("many requests wait at once, and each gets its own answer")
    func many() throws {
        let box = Box()
        let server = try Self.server(box)
        let clients = try (0..<50).map { _ in try RawClient(port: server.port) }
        for (index, client) in clients.enumerated() {
            try client.send(Self.later)
            let responder = try #require(box.take())
            DispatchQueue.global().async { responder.respond(Self.text("\(index)")) }
        }
        for (index, client) in clients.enumerated() { #expect(try client.response().text == "\(index)") }
    }

    @Test("stopping answers what waits with 503 and closes; answers that come later are ignored")
    func stop() throws {
        let box = Box()
        let server = try Self.server(box)
        let clients = try (0..<5).map { _ in try RawClient(port: server.port) }
        for client in clients { try client.send(Self.later) }
        let responders = try clients.map { _ in try #require(box.take()) }
        server.server.stop()
        for client in clients {
            let response = try client.response()
            #expect(response.status == 503)
            #expect(response.isProblem)
            #expect(response.closes)
        }
        for responder in responders { responder.respond(Self.text("too late")) }
        #expect(server.server.port == nil)
    }

    @Test("stopping while answers come from other threads neither hangs nor crashes")
    func stopRace() throws {
        for _ in 0..<20 {
            let box = Box()
            let server = try Self.server(box)
            let clients = try (0..<8).map { _ in try RawClient(port: server.port) }
            for client in clients { try client.send(Self.later) }
            for _ in clients {
                let responder = try #require(box.take())
                DispatchQueue.global().async { responder.respond(Self.text("raced")) }
            }
            server.server.stop()
            for client in clients { #expect([200, 503].contains(try client.response().status)) }
        }
    }
}
