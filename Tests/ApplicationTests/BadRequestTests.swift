import Foundation
import TestSupport
import Testing

/// What a client may do wrong, and what it is told.
@Suite struct BadRequestTests {
    private let server: RunningServer
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        server = try RunningServer(in: directory)
    }

    @Test func `every wrong request gets its answer, and the server goes on`() throws {
        let large = "\(directory.path)/large"
        try String(repeating: " ", count: 10 << 20).write(toFile: large, atomically: true, encoding: .utf8)
        let json = ["--header", "Content-Type: application/json"]
        let cases: [(name: String, path: String, options: [String], status: Int)] = [
            ("malformed JSON", "/runs", ["--json", #"{"command": ["#], 400),
            ("no JSON at all", "/runs", ["--json", ""], 400),
            ("an empty command", "/runs", ["--json", #"{"command": []}"#], 422),
            ("a command that is no command", "/runs", ["--json", #"{"command": 7}"#], 422),
            ("an unknown field", "/runs", ["--json", #"{"command": ["true"], "commnad": 1}"#], 422),
            ("an unknown event", "/runs", ["--json", #"{"command": ["true"], "events": ["NO_SUCH"]}"#], 422),
            ("a body of 10 MB", "/runs", json + ["--data-binary", "@\(large)"], 413),
            ("a form", "/runs", ["--data", "command=true"], 415),
            ("an unknown path", "/nothing", [], 404),
            ("an unknown run", "/runs/00000000000000000000000000", [], 404),
            ("a run id that is none", "/runs/x", [], 404),
            ("the wrong method", "/metrics", ["--request", "DELETE"], 405),
            ("an unknown parameter", "/runs?limmit=1", [], 400),
            ("a parameter out of range", "/runs?limit=0", [], 400),
            ("a wait that is no duration", "/runs?cursor=nonsense", [], 400),
        ]
        for wrong in cases {
            let answer = try server.curl(wrong.path, wrong.options)
            #expect(answer.status == wrong.status, "\(wrong.name): \(answer.body)")
            #expect(answer.headers["content-type"] == "application/problem+json", "\(wrong.name)")
            #expect(answer.json["status"] as? Int == wrong.status, "\(wrong.name)")
        }
        #expect(try server.finished(#"{"command": ["true"]}"#)["outcome"] as? String == "exited")
    }

    @Test func `all faults of a specification are listed at once`() throws {
        let answer = try server.post(
            #"{"comand": 1, "interval": "1us", "timeout": 5, "environment": {"A=B": "x"}, "events": [1]}"#)
        let pointers = (answer.json["errors"] as? [[String: String]] ?? []).compactMap { $0["pointer"] }
        #expect(
            Set(pointers) == ["/comand", "/command", "/interval", "/timeout", "/environment/A=B", "/events/0"])
    }

    @Test func `without the token nothing is run or shown`() throws {
        let attempts: [[String]] = [
            [], ["--header", "Authorization: Bearer wrong"], ["--header", "Authorization: Basic \(server.token)"],
            ["--header", "Authorization: Bearer \(server.token)x"], ["--header", "Authorization: Bearer"],
        ]
        for attempt in attempts {
            let post = try server.curl("/runs", ["--json", #"{"command": ["true"]}"#] + attempt, authorized: false)
            #expect(post.status == 401 && post.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            #expect(try server.curl("/runs", attempt, authorized: false).status == 401)
        }
        #expect((try server.curl("/runs").json["runs"] as? [Any])?.isEmpty == true)
    }

    @Test func `a page of another site is kept out, even with the token`() throws {
        let cases: [([String], Int)] = [
            (["--header", "Host: evil.example"], 421), (["--header", "Host: localhost.evil.example:9797"], 421),
            (["--header", "Origin: http://evil.example"], 403), (["--header", "Origin: null"], 403),
            (["--header", "Sec-Fetch-Site: cross-site"], 403), (["--header", "Sec-Fetch-Site: same-site"], 403),
            (["--header", "Origin: http://localhost:\(server.port)"], 201),
            (["--header", "Sec-Fetch-Site: same-origin"], 201), (["--header", "Host: localhost:\(server.port)"], 201),
        ]
        for (headers, status) in cases {
            let answer = try server.curl("/runs", ["--json", #"{"command": ["true"]}"#] + headers)
            #expect(answer.status == status, "\(headers)")
            #expect(answer.headers["access-control-allow-origin"] == nil)
        }
    }
}
