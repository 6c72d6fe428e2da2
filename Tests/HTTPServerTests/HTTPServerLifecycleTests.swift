import Glibc
import HTTPServer
import Testing

@Suite struct HTTPServerLifecycleTests {
    @Test("an address in use is named, with what would help")
    func addressInUse() throws {
        let server = try TestServer()
        let address = try #require(HTTPListenAddress(host: "127.0.0.1", port: server.port))
        let other = HTTPServer(configuration: HTTPServerConfiguration(address: address), routes: [])
        let error = #expect(throws: HTTPServerError.self) { try other.start() }
        #expect(error?.errno == EADDRINUSE)
        #expect("\(error!)".contains("127.0.0.1:\(server.port)"))
        #expect("\(error!)".contains("another program listens there"))
    }

    @Test("an address that the machine does not have is named, with what would help")
    func otherAddress() throws {
        let address = try #require(HTTPListenAddress(host: "192.0.2.1", port: 0))
        let server = HTTPServer(configuration: HTTPServerConfiguration(address: address), routes: [])
        let error = #expect(throws: HTTPServerError.self) { try server.start() }
        #expect("\(error!)".contains("192.0.2.1:0"))
        #expect(error?.errno == EADDRNOTAVAIL)
    }

    @Test("a stopped server refuses connections, and can be started again on the same port")
    func restart() throws {
        // An address where no other test listens while this server does not.
        let host = "127.0.0.2"
        let port = try TestServer(host: host).port
        let address = try #require(HTTPListenAddress(host: host, port: port))
        let server = HTTPServer(configuration: HTTPServerConfiguration(address: address), routes: [])
        for _ in 0..<3 {
            #expect(throws: RawClient.Failure.self) { try RawClient(port: port, host: host) }
            try server.start()
            try server.start()
            let client = try RawClient(port: port, host: host)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.response().status == 404)
            server.stop()
            server.stop()
        }
    }

    @Test("it listens on IPv6, and tells the client's address", .enabled(if: Self.hasIPv6, "this machine has no ::1"))
    func ipv6() throws {
        let peer = HTTPRoute(.get, "/peer") { request in
            .now(HTTPResponse(contentType: "text/plain", body: .text(request.peer?.description ?? "none")))
        }
        let server = try TestServer(host: "::1", routes: [peer])
        let client = try RawClient(port: server.port, host: "::1")
        try client.send("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.response().text == "::1")
        #expect(try TestServer(routes: [peer]).get("/peer").text == "127.0.0.1")
    }

    private static let hasIPv6: Bool = {
        guard let address = HTTPListenAddress(host: "::1", port: 0) else { return false }
        let server = HTTPServer(configuration: HTTPServerConfiguration(address: address), routes: [])
        return (try? server.start()) != nil
    }()

    private final class Token: Sendable {}

    @Test("nothing of a server is left when it has stopped, whatever its clients did")
    func release() throws {
        weak var token: Token?
        do {
            let held = Token()
            token = held
            let address = try #require(HTTPListenAddress(host: "127.0.0.1", port: 0))
            let server = HTTPServer(
                configuration: HTTPServerConfiguration(address: address), routes: [], observe: { _ in _ = held })
            try server.start()
            let port = try #require(server.port)
            for request in ["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET\r\n\r\n"] {
                let client = try RawClient(port: port)
                try client.send(request)
                _ = try? client.response()
            }
            let unfinished = try RawClient(port: port)
            try unfinished.send("GET / HTTP/1.1\r\nHo")
            let other = try RawClient(port: port)
            try other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try other.response()
            server.stop()
            withExtendedLifetime(unfinished) {}
        }
        #expect(token == nil)
    }

    @Test("no descriptor of the server is inherited by a child")
    func closeOnExec() async {
        // In a process of its own: other tests open descriptors meanwhile.
        await #expect(processExitsWith: .success) {
            let before = Self.inheritable()
            let server = try TestServer()
            let client = try RawClient(port: server.port)
            try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.response()
            #expect(Self.inheritable().subtracting(before).isEmpty)
        }
    }

    /// The process's sockets, epoll and event descriptors that a child would get; the process may have begun with some.
    private static func inheritable() -> Set<Int32> {
        Set(
            (Int32(3)..<1024).filter { number in
                var buffer = [UInt8](repeating: 0, count: 64)
                let length = readlink("/proc/self/fd/\(number)", &buffer, buffer.count)
                let link = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
                let flags = fcntl(number, F_GETFD)
                return (link.hasPrefix("socket") || link.hasPrefix("anon_inode")) && flags >= 0
                    && flags & FD_CLOEXEC == 0
            })
    }

    @Test(
        "listen addresses are literals with a port",
        arguments: [
            ("127.0.0.1:9797", "127.0.0.1:9797"), ("[::1]:80", "[::1]:80"), ("0.0.0.0:0", "0.0.0.0:0"),
            ("::1:80", nil), ("localhost:80", nil), ("127.0.0.1", nil), ("127.0.0.1:65536", nil), (":80", nil),
            ("[127.0.0.1]:80", nil), ("127.0.0.1:", nil), ("", nil),
        ] as [(String, String?)])
    func addresses(text: String, expected: String?) {
        #expect(HTTPListenAddress(text)?.description == expected)
    }
}
