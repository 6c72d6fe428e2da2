import HTTPServer
import Testing

/// Requests as no honest client sends them, and a request behind each that must not be answered as one.
@Suite struct HTTPServerMalformedTests {
    private static let smuggled = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(
        "what two readers could read in two ways is refused with a problem, and the connection is closed",
        arguments: [
            ("POST /sum HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 30\r\n\r\nabc", 400),
            ("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
            ("POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n", 400),
            ("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nabc", 501),
            ("POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
            ("POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n", 501),
            ("POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
            (
                "POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                400
            ),
            ("POST /sum HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\n X: folded\r\nHost: h\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: h\r\nX : a\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: h\r\nX: a\rY: b\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\nHost: h\n\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: h\r\nX(): a\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: h\r\n: a\r\n\r\n", 400),
            ("GET /hello\0 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            ("GET /hello\0/../x?y HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            ("GET  /hello HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            ("get /hello HTTP/1.1\r\nHost: h\r\n\r\n", 501),
            ("BREW /hello HTTP/1.1\r\nHost: h\r\n\r\n", 501),
            ("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 501),
        ])
    func unsound(request: String, status: Int) throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send(request + Self.smuggled)
        let response = try client.response()
        #expect(response.status == status)
        #expect(response.isProblem)
        #expect(response.closes)
        #expect(try client.rest().isEmpty)
        #expect(try server.get("/hello").status == 200)
    }

    @Test(
        "a target that is none is a 400 problem",
        arguments: [
            "/%00", "/%zz", "/%", "/%ff", "/hello%2fx", "/../hello", "/%2e%2e/hello", "hello", "*", "/hello#x",
            "/hello?%zz", "/hello?a=%00", "http:///hello",
        ])
    func target(raw: String) throws {
        let response = try TestServer().get(raw)
        #expect(response.status == 400)
        #expect(response.isProblem)
    }

    @Test(
        "what the library answers or closes by itself harms nobody",
        arguments: [
            "garbage\r\n\r\n", "GET\r\n\r\n", "GET /hello\r\nHost: h\r\n\r\n", "GET / b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /hello HTTP/1.1\r\n\r\n", "GET /hello HTTP/2.0\r\nHost: h\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: h\r\nNoColon\r\n\r\n",
            "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: 100_000))\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: h\r\n\(String(repeating: "a:b\r\n", count: 10_000))\r\n",
            "POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            "POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
            "POST /anything HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /anything HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
            "POST /anything HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n",
        ])
    func library(request: String) throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try? client.send(request)
        client.finishSending()
        let answer = (try? client.rest()).map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(answer == "" || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"))
        #expect(try server.get("/hello").status == 200)
    }

    @Test("a request behind a good one is checked as strictly")
    func pipelinedFault() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send(Self.smuggled + "GET /hello HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n" + Self.smuggled)
        #expect(try client.response().status == 200)
        #expect(try client.response().status == 400)
        #expect(try client.rest().isEmpty)
    }

    @Test("a client that leaves in mid-head or mid-body leaves nothing behind")
    func disconnects() throws {
        let server = try TestServer()
        for part in ["GET /hello HTTP/1.1\r\nHo", "POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"] {
            let client = try RawClient(port: server.port)
            try client.send(part)
            client.abort()
        }
        #expect(try server.get("/hello").status == 200)
    }
}
