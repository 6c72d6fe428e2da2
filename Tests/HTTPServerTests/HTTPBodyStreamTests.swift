import Dispatch
import HTTPServer
import Synchronization
import Testing

@Suite struct HTTPBodyStreamTests {
    /// Counts bytes up to a total, then ends or fails; tells when it is released.
    private final class Counter: HTTPBodyStream {
        struct Broken: Error {}

        let total: Int
        let fails: Bool
        let byteCount: UInt64?
        let released: DispatchSemaphore
        private let position = Mutex(0)
        private let largest: Box

        final class Box: Sendable {
            let largestBuffer = Mutex(0)
        }

        init(
            total: Int, fails: Bool = false, byteCount: UInt64? = nil, released: DispatchSemaphore, largest: Box = Box()
        ) {
            self.total = total
            self.fails = fails
            self.byteCount = byteCount
            self.released = released
            self.largest = largest
        }

        deinit { released.signal() }

        func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            largest.largestBuffer.withLock { $0 = max($0, buffer.count) }
            return try position.withLock { position in
                let count = min(buffer.count, total - position)
                if count == 0, fails { throw Broken() }
                for index in 0..<count { buffer[index] = UInt8(truncatingIfNeeded: position + index) }
                position += count
                return count
            }
        }
    }

    private static func server(_ make: @escaping @Sendable () -> any HTTPBodyStream) throws -> TestServer {
        try TestServer(routes: [
            HTTPRoute(.get, "/stream") { _ in
                .now(HTTPResponse(contentType: "application/octet-stream", body: .stream(make())))
            }
        ])
    }

    private static let request = "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"

    private static func isCounted(_ body: [UInt8]) -> Bool {
        body.indices.allSatisfy { body[$0] == UInt8(truncatingIfNeeded: $0) }
    }

    @Test("a stream of unknown length is chunked, in blocks of bounded size, and released at its end")
    func chunked() throws {
        let released = DispatchSemaphore(value: 0)
        let largest = Counter.Box()
        let server = try Self.server { Counter(total: 5_000_000, released: released, largest: largest) }
        let client = try RawClient(port: server.port)
        try client.send(Self.request + "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = try client.response()
        #expect(response.header("Transfer-Encoding") == "chunked")
        #expect(response.header("Content-Length") == nil)
        #expect(response.body.count == 5_000_000)
        #expect(Self.isCounted(response.body))
        #expect(released.wait(timeout: .now() + 10) == .success)
        #expect(largest.largestBuffer.withLock { $0 } <= 64 * 1024)
        #expect(try client.response().text == "hello\n")
    }

    @Test("a stream of known length has a Content-Length")
    func knownLength() throws {
        let released = DispatchSemaphore(value: 0)
        let server = try Self.server { Counter(total: 300_000, byteCount: 300_000, released: released) }
        let response = try server.answer(to: Self.request)
        #expect(response.header("Content-Length") == "300000")
        #expect(response.header("Transfer-Encoding") == nil)
        #expect(Self.isCounted(response.body))
        #expect(released.wait(timeout: .now() + 10) == .success)
    }

    @Test("an empty stream is an empty body", arguments: [nil, 0] as [UInt64?])
    func empty(byteCount: UInt64?) throws {
        let server = try Self.server { Counter(total: 0, byteCount: byteCount, released: .init(value: 0)) }
        #expect(try server.answer(to: Self.request).body.isEmpty)
    }

    @Test("HEAD does not pull the stream, and releases it", arguments: [nil, 1000] as [UInt64?])
    func head(byteCount: UInt64?) throws {
        let released = DispatchSemaphore(value: 0)
        let largest = Counter.Box()
        let server = try Self.server {
            Counter(total: 1000, byteCount: byteCount, released: released, largest: largest)
        }
        let client = try RawClient(port: server.port)
        try client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        let response = try client.response(toHEAD: true)
        #expect(response.status == 200)
        #expect(response.header("Content-Length") == byteCount.map(String.init))
        #expect(released.wait(timeout: .now() + 10) == .success)
        #expect(largest.largestBuffer.withLock { $0 } == 0)
        #expect(try client.rest().isEmpty)
    }

    @Test("a stream that fails leaves a body that is visibly not complete", arguments: [nil, 100_001] as [UInt64?])
    func failure(byteCount: UInt64?) throws {
        let released = DispatchSemaphore(value: 0)
        let server = try Self.server {
            Counter(total: 100_000, fails: true, byteCount: byteCount, released: released)
        }
        #expect(throws: RawClient.Failure.self) { try server.answer(to: Self.request) }
        #expect(released.wait(timeout: .now() + 10) == .success)
        #expect(try server.get("/hello").status == 200)
    }

    @Test("a client that goes away in mid-stream releases the stream, and the server lives on")
    func clientGone() throws {
        let released = DispatchSemaphore(value: 0)
        let server = try Self.server { Counter(total: .max, released: released) }
        for _ in 0..<5 {
            let client = try RawClient(port: server.port, receiveBuffer: 4096)
            try client.send(Self.request)
            _ = try client.take(1000)
            client.abort()
            #expect(released.wait(timeout: .now() + 10) == .success)
        }
        #expect(try server.get("/hello").status == 200)
    }

    @Test("an endless stream does not keep the server from stopping")
    func stop() throws {
        let released = DispatchSemaphore(value: 0)
        let server = try TestServer(
            routes: [
                HTTPRoute(.get, "/stream") { _ in
                    .now(HTTPResponse(status: .ok, body: .stream(Counter(total: .max, released: released))))
                }
            ], configure: { $0.stopGraceSeconds = 0 })
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        try client.send(Self.request)
        _ = try client.take(1000)
        server.server.stop()
        #expect(released.wait(timeout: .now() + 10) == .success)
    }
}
