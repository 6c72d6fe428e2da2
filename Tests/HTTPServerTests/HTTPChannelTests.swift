import Dispatch
import Foundation
import HTTPServer
import Synchronization
import TestSupport
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

    /// What the kernel has to send from a port and nobody has taken yet.
    ///
    ///     0: 0100007F:1F90 0100007F:C350 01 00000A00:00000000 …
    private static func bytesQueued(from port: UInt16) throws -> Int {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/net/tcp"))
        let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        return table.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
            .filter { Int($0[1].suffix(4), radix: 16) == Int(port) && $0[3] == "01" }
            .compactMap { Int($0[4].prefix(8), radix: 16) }.max() ?? 0
    }

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
            DispatchQueue.global().async { channel.send(HTTPMessage(event)) }
            #expect(try Self.event(client) == event)
        }
        channel.finish()
        #expect(try Self.event(client) == "")
        try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.response().text == "hello\n")
    }

    @Test("what was sent before the client came, and finished, arrives")
    func early() throws {
        let channel = HTTPChannel()
        #expect(channel.send(HTTPMessage("early")))
        channel.finish()
        #expect(!channel.send(HTTPMessage("late")))
        #expect(try Self.server(channel).answer(to: Self.request).text == "early")
    }

    @Test("of what comes while a client does not read it gets the newest, behind what it had begun to take")
    func slow() throws {
        let channel = HTTPChannel()
        let server = try Self.server(channel)
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        try client.send(Self.request)
        _ = try client.headOfResponse()
        // More than the kernel keeps for the two of them, so that the rest is still to be sent.
        let first = String(repeating: "x", count: 4 << 20)
        let isBegun = Mutex(false)
        channel.send(
            HTTPMessage {
                isBegun.withLock { $0 = true }
                return Array(first.utf8)
            })
        try waitUntil { isBegun.withLock { $0 } }
        // With each of these the server's thread has another chance to push.
        for _ in 0..<50 { #expect(try server.get("/hello").status == 200) }
        let queued = try Self.bytesQueued(from: server.port)
        #expect((1...64 * 1024).contains(queued), "the kernel keeps \(queued) bytes for it")
        let isMade = Mutex(0)
        for number in 0..<1000 {
            channel.send(
                HTTPMessage {
                    isMade.withLock { $0 += 1 }
                    return Array("message \(number)".utf8)
                })
        }
        channel.sendIfIdle(HTTPMessage("nothing new"))
        channel.finish()
        var received = ""
        while case let event = try Self.event(client), !event.isEmpty { received += event }
        #expect(received == first + "message 999")
        #expect(isMade.withLock { $0 } == 1)
    }

    @Test("a message is made once for all, when the first client takes it")
    func shared() throws {
        let count = Mutex(0)
        let message = HTTPMessage {
            count.withLock { $0 += 1 }
            return Array("shared".utf8)
        }
        let channels = (0..<5).map { _ in HTTPChannel() }
        for channel in channels {
            channel.send(message)
            channel.finish()
        }
        #expect(count.withLock { $0 } == 0)
        for channel in channels { #expect(try Self.server(channel).answer(to: Self.request).text == "shared") }
        #expect(count.withLock { $0 } == 1)
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
            channel.send(HTTPMessage("x"))
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
