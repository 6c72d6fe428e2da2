import TestSupport
import Testing

/// The way of a browser, with curl in its place.
@Suite struct BrowserTests {
    private let directory: TemporaryDirectory
    private let server: RunningServer

    init() throws {
        directory = try TemporaryDirectory()
        server = try RunningServer(in: directory)
    }

    private func browse(_ path: String, _ options: [String] = []) throws -> Answer {
        let jar = "\(directory.path)/jar"
        return try server.curl(
            path, ["--cookie", jar, "--cookie-jar", jar, "--header", "Accept: text/html"] + options, authorized: false)
    }

    @Test func `it is told how to sign in, signs in, and then runs commands`() throws {
        let refused = try browse("/")
        #expect(refused.status == 401 && refused.body.contains("ergometer token"))
        #expect(refused.headers["content-type"] == "text/html; charset=utf-8")
        let signedIn = try browse("/?token=\(server.token)")
        #expect(signedIn.status == 303 && signedIn.headers["location"] == "/")
        #expect(signedIn.headers["cache-control"] == "no-store" && signedIn.headers["referrer-policy"] == "no-referrer")
        #expect(try browse("/").status == 200)
        #expect(try browse("/runs").status == 200)
        let run = ["--json", #"{"command": ["true"]}"#]
        #expect(try browse("/runs", run).status == 403, "without a word on where it comes from")
        let origin = "Origin: http://127.0.0.1:\(server.port)"
        #expect(try browse("/runs", run + ["--header", origin]).status == 201)
        #expect(try browse("/runs", run + ["--header", "Origin: http://127.0.0.1:1"]).status == 403)
        #expect(server.terminate() == 0)
    }

    @Test func `a wrong link opens nothing`() throws {
        #expect(try browse("/?token=\(server.token)0").status == 401)
        #expect(try browse("/").status == 401)
    }

    @Test func `the token does not stand in what a log may keep of the output`() {
        #expect(server.greeting.contains("ergometer token") && !server.greeting.contains(server.token))
        #expect(!server.log.contains(server.token))
    }
}
