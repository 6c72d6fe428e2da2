import HTTPServer
import Testing

@Suite struct HTTPServerBodyTests {
    private static func post(
        _ path: String, _ body: String, type: String = "application/json", more: String = ""
    ) -> String {
        "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Type: \(type)\r\n\(more)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func chunked(_ path: String, _ chunks: [String]) -> String {
        "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunks.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
    }

    @Test("a body arrives whole, and the connection goes on")
    func bodies() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send(Self.post("/anything", "some bytes"))
        #expect(try client.response().text == "some bytes")
        let large = String(repeating: "0123456789abcdef", count: 60_000)
        try client.send(Self.post("/anything", large))
        #expect(try client.response().text == large)
    }

    @Test("a body in chunks arrives whole, and nothing is read behind it", arguments: ["\r\n", "\n"])
    func chunks(lineEnd: String) throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send(
            "POST /anything HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + ["1", "a", "5", "bcdef", "0", "", ""].joined(separator: lineEnd)
                + "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = try client.response()
        #expect(response.text == "abcdef")
        #expect(response.closes)
        #expect(try client.rest().isEmpty)
    }

    @Test("a body at the limit is taken; one byte more is a 413 problem")
    func limit() throws {
        let server = try TestServer()
        #expect(try server.answer(to: Self.post("/sum", String(repeating: "x", count: 1000))).text == "1000")
        let larger = try server.answer(to: Self.post("/sum", String(repeating: "x", count: 1001)))
        #expect(larger.status == 413)
        #expect(larger.isProblem)
        #expect(larger.closes)
    }

    @Test("a chunked body beyond the limit is a 413 problem and closes the connection")
    func chunkedLimit() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send(Self.chunked("/sum", Array(repeating: String(repeating: "x", count: 600), count: 2)))
        try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = try client.response()
        #expect(response.status == 413)
        #expect(response.isProblem)
        #expect(try client.rest().isEmpty)
    }

    @Test("a client that sends ten megabytes before it listens gets its 413", arguments: [false, true])
    func sendsEverythingFirst(isChunked: Bool) throws {
        let server = try TestServer()
        let block = String(repeating: "x", count: 1 << 20)
        let request =
            isChunked
            ? Self.chunked("/sum", Array(repeating: block, count: 10))
            : Self.post("/sum", String(repeating: "x", count: 10 << 20))
        let response = try server.answer(to: request)
        #expect(response.status == 413)
        #expect(response.isProblem)
    }

    @Test("what is too long even to be ignored is answered at once if its length is told, and cut otherwise")
    func discardLimit() throws {
        let server = try TestServer(configure: { $0.maximumDiscardedBytes = 100_000 })
        let client = try RawClient(port: server.port)
        try client.send("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\n")
        #expect(try client.response().status == 413)
        let other = try RawClient(port: server.port)
        #expect(throws: RawClient.Failure.self) {
            try other.send(Self.chunked("/sum", Array(repeating: String(repeating: "x", count: 65_536), count: 300)))
            _ = try other.response()
        }
        #expect(try server.get("/hello").status == 200)
    }

    @Test("a client that asks first is told to go on")
    func expectContinue() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send(
            "POST /sum HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.headOfResponse().status == 100)
        try client.send("abc")
        #expect(try client.response().text == "3")
    }

    @Test("a client that asks first is refused before it sends anything")
    func expectRefused() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\nExpect: 100-continue\r\n\r\n")
        let response = try client.headOfResponse()
        #expect(response.status == 413)
        #expect(response.closes)
        let other = try server.answer(to: Self.post("/sum", "abc", more: "Expect: the-unexpected\r\n"))
        #expect(other.status == 417)
    }

    @Test(
        "a body of another media type is a 415 problem",
        arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", "multipart/form-data"])
    func mediaType(type: String) throws {
        let response = try TestServer().answer(to: Self.post("/sum", "abc", type: type))
        #expect(response.status == 415)
        #expect(response.isProblem)
        #expect(response.header("Accept") == "application/json")
    }

    @Test("parameters and case of the media type do not matter, nor the type of no body at all")
    func mediaTypeTaken() throws {
        let server = try TestServer()
        #expect(try server.answer(to: Self.post("/sum", "abc", type: "Application/JSON; charset=utf-8")).text == "3")
        #expect(try server.answer(to: Self.post("/anything", "abc", type: "text/plain")).text == "abc")
        #expect(try server.answer(to: Self.post("/sum", "", type: "text/plain")).text == "0")
    }

    @Test("a GET has no body: one that comes is a 413")
    func bodyOfGET() throws {
        let response = try TestServer().answer(to: "GET /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
        #expect(response.status == 413)
    }
}
