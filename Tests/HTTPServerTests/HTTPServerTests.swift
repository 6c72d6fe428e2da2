import Testing

@testable import HTTPServer

@Suite struct HTTPServerTests {
    @Test("a GET is answered with length, date and nosniff, and without a Server header")
    func plainGET() throws {
        let server = try TestServer()
        let response = try server.get("/hello")
        #expect(response.status == 200)
        #expect(response.text == "hello\n")
        #expect(response.header("Content-Length") == "6")
        #expect(response.header("Content-Type") == "text/plain")
        #expect(response.header("X-Content-Type-Options") == "nosniff")
        #expect(response.header("Date") != nil)
        #expect(response.header("Server") == nil)
        #expect(!response.closes)
    }

    @Test("browsers are told to be careful with every answer, in words that a route may replace")
    func guards() throws {
        let server = try TestServer(routes: [
            HTTPRoute(.get, "/page") { _ in
                .now(HTTPResponse(status: .ok, headers: ["Content-Security-Policy": "x", "cache-control": "y"]))
            }
        ])
        for path in ["/hello", "/nothing", "/broken", "/page"] {
            let response = try server.get(path)
            #expect(response.header("X-Content-Type-Options") == "nosniff")
            #expect(response.header("Referrer-Policy") == "no-referrer")
            #expect(response.header("Cross-Origin-Resource-Policy") == "same-origin")
            let isPage = path == "/page"
            #expect(response.header("Cache-Control") == (isPage ? "y" : "no-store"))
            #expect(
                response.header("Content-Security-Policy")
                    == (isPage ? "x" : "default-src 'none'; frame-ancestors 'none'"))
        }
    }

    @Test("HEAD has the headers of GET and no body")
    func head() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        let head = try client.response(toHEAD: true)
        let get = try client.response()
        #expect(head.status == 200)
        #expect(head.headers.map(\.name) == get.headers.map(\.name))
        #expect(head.header("Content-Length") == "6")
        #expect(get.text == "hello\n")
    }

    @Test("a response for many is whole for each of them, and what is changed of it goes to one alone")
    func responseForMany() throws {
        let many = HTTPResponse(contentType: "text/plain", body: .text("many\n")).forMany()
        let server = try TestServer(routes: [
            HTTPRoute(.get, "/many", acceptedContentType: nil) { request in
                var response = many
                if request.query("one") != nil {
                    response.headers["X-One"] = "1"
                    response.body = .text("one\n")
                }
                return .now(response)
            }
        ])
        for _ in 0..<2 {
            let plain = try server.get("/many")
            #expect(plain.text == "many\n")
            #expect(plain.header("X-Content-Type-Options") == "nosniff")
            #expect(plain.header("X-One") == nil)
            let changed = try server.get("/many?one")
            #expect(changed.text == "one\n")
            #expect(changed.header("X-One") == "1")
        }
        let last = try server.answer(
            to: "GET /many HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        #expect(last.text == "many\n")
        #expect(last.closes)
        #expect(try !server.get("/many").closes)
        var isMadeAgain = false
        let built = many.reusable?.built {
            isMadeAgain = true
            return nil
        }
        #expect(built != nil && !isMadeAgain)
    }

    @Test("path parameters and the query reach the handler decoded")
    func parameters() throws {
        let server = try TestServer()
        #expect(try server.get("/echo/a%20b/tail?q=x+%2B%26y").text == "a b x +&y")
    }

    @Test(
        "a path that no route has is a 404 problem",
        arguments: ["/", "/hello/", "//hello", "/hello/x", "/echo//tail", "/HELLO", "/echo/a", "/%E4%BD%A0"])
    func notFound(path: String) throws {
        let response = try TestServer().get(path)
        #expect(response.status == 404)
        #expect(response.isProblem)
        #expect(!response.closes)
    }

    @Test("another method is a 405 problem that lists the allowed ones")
    func methodNotAllowed() throws {
        let server = try TestServer()
        let response = try server.answer(to: "PUT /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
        #expect(response.status == 405)
        #expect(response.isProblem)
        #expect(response.header("Allow") == "GET, HEAD, OPTIONS")
        let other = try server.get("/sum")
        #expect(other.header("Allow") == "POST, DELETE, OPTIONS")
        #expect(try server.answer(to: "TRACE /hello HTTP/1.1\r\nHost: h\r\n\r\n").status == 405)
    }

    @Test("OPTIONS tells the methods of a path, and with * those of the server")
    func options() throws {
        let server = try TestServer()
        let path = try server.answer(to: "OPTIONS /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(path.status == 204)
        #expect(path.header("Allow") == "GET, HEAD, OPTIONS")
        #expect(path.header("Content-Length") == nil)
        let all = try server.answer(to: "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(all.status == 204)
        #expect(all.header("Allow") == "GET, HEAD, POST, DELETE, OPTIONS")
        #expect(try server.answer(to: "OPTIONS /none HTTP/1.1\r\nHost: h\r\n\r\n").status == 404)
    }

    @Test("a thrown problem is that problem; any other error is reported and a 500 that tells nothing")
    func errors() throws {
        let server = try TestServer()
        let conflict = try server.get("/conflict")
        #expect(conflict.status == 409)
        #expect(conflict.text.contains("busy"))
        #expect(server.errorCount == 0)
        let broken = try server.get("/broken")
        #expect(broken.status == 500)
        #expect(broken.isProblem)
        #expect(!broken.text.contains("Unexpected"))
        #expect(server.errorCount == 1)
    }

    @Test("an error without a body becomes a problem document")
    func bareError() throws {
        let response = try TestServer().get("/bare-error")
        #expect(response.status == 410)
        #expect(response.isProblem)
    }

    @Test("a header that would split the response is not sent: 500")
    func headerInjection() throws {
        let response = try TestServer().get("/bad-header")
        #expect(response.status == 500)
        #expect(response.header("X-Injected") == nil)
    }

    @Test("admission sees every request before routing, and what it answers is sent")
    func admission() throws {
        let server = try TestServer(admit: { $0.header("X-Key") == "1" ? nil : HTTPProblem(.unauthorized).response })
        #expect(try server.get("/hello").status == 401)
        #expect(try server.get("/nowhere").status == 401)
        #expect(try server.answer(to: "GET /hello HTTP/1.1\r\nHost: h\r\nx-key: 1\r\n\r\n").status == 200)
        #expect(server.admittedPaths == ["/hello", "/nowhere", "/hello"])
    }

    @Test("a refused request with a body leaves the connection usable, and the body is no request")
    func refusedBodyIsSkipped() throws {
        let server = try TestServer(admit: { $0.path == "/sum" ? HTTPProblem(.forbidden).response : nil })
        let client = try RawClient(port: server.port)
        let body = "GET /empty HTTP/1.1\r\nHost: h\r\n\r\n"
        try client.send("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.response().status == 403)
        #expect(try client.response().text == "hello\n")
    }

    @Test("every answered request is observed with its route's pattern, a known method and its status")
    func observation() throws {
        let server = try TestServer()
        for (request, route, method, status) in [
            ("GET /echo/a/tail HTTP/1.1\r\nHost: h\r\n\r\n", "/echo/{name}/tail", "GET", 200),
            ("GET /a-path-nobody-has HTTP/1.1\r\nHost: h\r\n\r\n", "none", "GET", 404),
            ("PUT /hello HTTP/1.1\r\nHost: h\r\n\r\n", "/hello", "PUT", 405),
            ("BREW /hello HTTP/1.1\r\nHost: h\r\n\r\n", "none", "OTHER", 501),
            ("GET /hello HTTP/1.1\r\n\r\n", "none", "OTHER", 400),
        ] {
            _ = try server.answer(to: request)
            let exchange = try #require(server.nextExchange())
            #expect(exchange.route == route)
            #expect(exchange.method == method)
            #expect(exchange.status == status)
            #expect(exchange.duration > .zero && exchange.duration < .seconds(10))
        }
    }

    @Test("two requests sent at once are both answered, in order")
    func pipelining() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send(
            "GET /hello HTTP/1.1\r\nHost: h\r\n\r\nGET /echo/two/tail HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n")
        #expect(try client.response().text == "hello\n")
        #expect(try client.response().text == "two -")
    }

    @Test("a hundred clients are connected and answered at once")
    func manyConnections() throws {
        let server = try TestServer()
        let clients = try (0..<100).map { _ in try RawClient(port: server.port) }
        for client in clients { try client.send("GET /hello HTTP/1.1\r\nHost: h\r\n") }
        for client in clients { try client.send("\r\n") }
        for client in clients { #expect(try client.response().text == "hello\n") }
    }

    @Test("a client that sends its head byte by byte is served, and holds nobody up")
    func dribble() throws {
        let server = try TestServer()
        let slow = try RawClient(port: server.port)
        let head = "GET /echo/slow/tail?q=1 HTTP/1.1\r\nHost: h\r\nX-Long: \(String(repeating: "x", count: 60))\r\n\r\n"
        for byte in head.utf8 {
            try slow.send([byte])
            #expect(try server.get("/hello").status == 200)
        }
        #expect(try slow.response().text == "slow 1")
    }

    @Test("HTTP/1.0 without a Host is served and closed")
    func http10() throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port)
        try client.send("GET /hello HTTP/1.0\r\n\r\n")
        let response = try client.response()
        #expect(response.text == "hello\n")
        #expect(try client.rest().isEmpty)
    }

    @Test("absolute-form targets are served if they name the Host, and refused if they name another")
    func absoluteForm() throws {
        let server = try TestServer()
        #expect(try server.answer(to: "GET http://h:1/hello HTTP/1.1\r\nHost: h:1\r\n\r\n").status == 200)
        #expect(try server.answer(to: "GET http://evil/hello HTTP/1.1\r\nHost: h:1\r\n\r\n").status == 400)
    }
}
