import Dispatch
import HTTPServer
import Testing

@Suite struct HTTPChannelTests {
    private static func server(_ channel: HTTPChannel) throws -> TestServer {
        try TestServer(
            routes: [
                HTTPRoute(.get, "/events") { _ in
                    .now(HTTPResponse(contentType: "text/event-stream", body: .channel(channel)))
                }
            ])
    }

    private static let request = "GET /events HTTP/1.1\r\nHost: h\r\n\r\n"

    private static func event(_ client: RawClient) throws -> String {
        let size = try #require(Int(try client.line(), radix: 16))
        let event = String(decoding: try client.take(size), as: UTF8.self)
        _ = try client.line()
        return event
    }

    @Test("what is written arrives at once, and the end when it is finished; others are served meanwhile")
    func events() throws {
        let channel = HTTPChannel()
        let server = try Self.server(channel)
        let client = try RawClient(port: server.port)
        try client.send(Self.request)
        #expect(try client.headOfResponse().header("Transfer-Encoding") == "chunked")
        for event in ["one", "two", "three"] {
            #expect(try server.get("/hello").status == 200)
            DispatchQueue.global().async { channel.write(event.utf8) }
            #expect(try Self.event(client) == event)
        }
        channel.finish()
        #expect(try Self.event(client) == "")
        try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.response().text == "hello\n")
    }

    @Test("what was written before the client came, and finished, is sent")
    func early() throws {
        let channel = HTTPChannel()
        #expect(channel.write("early".utf8))
        channel.finish()
        #expect(!channel.write("late".utf8))
        #expect(try Self.server(channel).answer(to: Self.request).text == "early")
    }

    @Test("no more is kept for a client than the channel holds")
    func capacity() {
        let channel = HTTPChannel(capacity: 10)
        #expect(channel.write(Array(repeating: 0, count: 10)))
        #expect(!channel.write([0]))
        #expect(channel.isOpen)
    }

    @Test("the channel of a client that has gone is closed by the next writes")
    func clientGone() throws {
        let channel = HTTPChannel()
        let server = try Self.server(channel)
        let client = try RawClient(port: server.port)
        try client.send(Self.request)
        _ = try client.headOfResponse()
        client.abort()
        while channel.isOpen {
            channel.write("x".utf8)
            #expect(try server.get("/hello").status == 200)
        }
    }

    @Test("stopping ends the channel's body and closes")
    func stop() throws {
        let channel = HTTPChannel()
        let server = try Self.server(channel)
        let client = try RawClient(port: server.port)
        try client.send(Self.request)
        _ = try client.headOfResponse()
        server.server.stop()
        #expect(try Self.event(client) == "")
        #expect(!channel.isOpen)
    }
}
