import Dispatch
import Glibc
import Testing

@testable import HTTPServer

/// Clients that want to have the server for themselves.
@Suite struct FloodTests {
    private func hello(_ client: RawClient) throws -> Int {
        try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        return try client.response().status
    }

    @Test("whoever holds all connections of the network does not keep the Unix socket from its owner")
    func hoarders() throws {
        let path = "/tmp/ergometer-flood-\(getpid())"
        let server = try TestServer(configure: { configuration in
            configuration.endpoints.append(.unixSocket(path: path))
            configuration.maximumConnections = 16
        })
        // More than there are: the last ones wait in the kernel.
        let hoarders = try (0..<20).map { _ in try RawClient(port: server.port) }
        for hoarder in hoarders { try hoarder.send("GET /hello HTTP/1.1\r\nHost: ") }
        #expect(try hello(hoarders[0].finishing()) == 200)
        let owner = try RawClient(unixSocket: path)
        #expect(try hello(owner) == 200)
        withExtendedLifetime(hoarders) {}
    }

    @Test("an eighth of the connections is the Unix socket's where there is one beside the network")
    func eighth() throws {
        let network = HTTPEndpoint.network(try #require(HTTPListenAddress(host: "127.0.0.1", port: 0)))
        let local = HTTPEndpoint.unixSocket(path: "/run/socket")
        func limits(_ endpoints: HTTPEndpoint...) -> [Int] {
            var configuration = HTTPServerConfiguration(endpoints: endpoints)
            configuration.maximumConnections = 16
            return endpoints.map(configuration.connectionLimit)
        }
        #expect(limits(network, local) == [14, 2])
        #expect(limits(network) == [16] && limits(local) == [16])
    }

    @Test("one address has its share of the connections and no more")
    func shares() throws {
        let server = try TestServer(configure: { $0.maximumConnectionsPerAddress = 3 })
        let clients = try (0..<3).map { _ in try RawClient(port: server.port) }
        for client in clients { #expect(try hello(client) == 200) }
        let fourth = try RawClient(port: server.port)
        #expect(throws: RawClient.Failure.self) { try hello(fourth) }
        for client in clients { #expect(try hello(client) == 200) }
    }

    @Test("a connection on which nothing comes is closed, at whatever point of a request")
    func silence() throws {
        let server = try TestServer(configure: { $0.idleTimeoutSeconds = 1 })
        for start in [
            "", "GET /he", "GET /hello HTTP/1.1\r\nHost: h\r\n",
            "POST /sum HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        ] {
            let client = try RawClient(port: server.port)
            try client.send(start)
            #expect(throws: Never.self, "\(start)") { try client.untilClosed() }
        }
    }

    @Test("a client that sends a byte now and then does not keep its connection, at whatever point of a request")
    func dripping() throws {
        let server = try TestServer(configure: {
            $0.idleTimeoutSeconds = 1
            $0.headDeadline = .milliseconds(100)
            $0.bodyDeadline = .milliseconds(100)
        })
        for start in [
            "GET /he", "GET /hello HTTP/1.1\r\nHost: h\r\nX: ", "GET /hello HTTP/1.1\r\nHost: h\r\n\r\nGET /he",
            "POST /anything HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n",
            "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n",
        ] {
            let client = try RawClient(port: server.port)
            try client.send(start)
            #expect(throws: RawClient.Failure.self, "\(start)") {
                for _ in 0..<500 {
                    try client.send("x")
                    try client.pause(milliseconds: 20)
                }
            }
        }
        #expect(try server.get("/hello").status == 200)
    }

    @Test("what is answered late is not late: a deadline ends with the request")
    func patient() throws {
        let later = HTTPRoute(.get, "/later") { _ in
            .later { responder in
                DispatchQueue.global().asyncAfter(deadline: .now() + 0.3) {
                    responder.respond(HTTPResponse(status: .noContent))
                }
            }
        }
        let server = try TestServer(
            routes: [later],
            configure: {
                $0.headDeadline = .milliseconds(100)
                $0.bodyDeadline = .milliseconds(100)
            })
        let client = try RawClient(port: server.port)
        try client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.response().status == 204)
        try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.response().status == 200)
    }

    @Test("a body in chunks that never ends is cut, and others are served meanwhile")
    func endlessChunks() throws {
        let server = try TestServer(configure: { $0.maximumDiscardedBytes = 1 << 20 })
        let client = try RawClient(port: server.port)
        try client.send(
            "POST /sum HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = "10000\r\n\(String(repeating: "x", count: 0x10000))\r\n"
        #expect(throws: RawClient.Failure.self) {
            for _ in 0..<1000 { try client.send(chunk) }
        }
        #expect(try server.get("/hello").status == 200)
    }

    @Test("a head of headers beyond the memory of a connection is refused")
    func headerBomb() throws {
        let server = try TestServer()
        let bomb = (0..<5000).map { "X-\($0): y\r\n" }.joined()
        let client = try RawClient(port: server.port)
        try? client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\(bomb)\r\n")
        let status = try? client.response().status
        #expect(status == 431 || status == nil, "\(status ?? 0)")
        #expect(try server.get("/hello").status == 200)
    }

    @Test("a thousand requests at once on one connection are answered in their order")
    func pipelining() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        let count = 1000
        try client.send((0..<count).map { "GET /echo/\($0)/tail HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
        for number in 0..<count { #expect(try client.response().text == "\(number) -") }
    }

    @Test("clients that never read what they asked for hold up nobody")
    func deaf() throws {
        let server = try TestServer()
        let body = String(repeating: "x", count: 1 << 20)
        let deaf = try (0..<20).map { _ in try RawClient(port: server.port, receiveBuffer: 4096) }
        for client in deaf {
            try client.send(
                "POST /anything HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        for _ in 0..<20 { #expect(try server.get("/hello").status == 200) }
        withExtendedLifetime(deaf) {}
    }
}

extension RawClient {
    /// The head that had begun is completed and answered.
    fileprivate func finishing() throws -> RawClient {
        try send("h\r\n\r\n")
        #expect(try response().status == 200)
        return self
    }

    /// Reads whatever comes until the other side has closed or reset.
    fileprivate func untilClosed() throws {
        do {
            _ = try rest()
        } catch Failure.reset {
        }
    }
}
