import Foundation
import TestSupport
import Testing

/// What a client can do with a run besides starting it.
@Suite struct RunControlTests {
    private let server: RunningServer
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        server = try RunningServer(in: directory)
    }

    private func submit(_ json: String, key: String? = nil) throws -> String {
        let header = key.map { ["--header", "Idempotency-Key: \($0)"] } ?? []
        return try #require(try server.curl("/runs", ["--json", json] + header).json["id"] as? String)
    }

    private let sleeper = #"{"command": ["sleep", "600"]}"#

    @Test func `a running and a waiting run can be cancelled, once`() throws {
        let running = try submit(sleeper)
        let waiting = try submit(sleeper)
        for id in [waiting, running] {
            #expect(try server.curl("/runs/\(id)/cancel", ["--request", "POST"]).status == 202)
            let run = try server.curl("/runs/\(id)?wait=60s").json
            #expect(run["outcome"] as? String == "cancelled")
            #expect(try server.curl("/runs/\(id)/cancel", ["--request", "POST"]).status == 409)
        }
        #expect(try server.curl("/runs/\(waiting)").json["started_at"] == nil, "it was never launched")
    }

    @Test func `a run that is over can be deleted, with its measurements`() throws {
        let running = try submit(sleeper)
        #expect(try server.curl("/runs/\(running)", ["--request", "DELETE"]).status == 409)
        _ = try server.curl("/runs/\(running)/cancel", ["--request", "POST"])
        _ = try server.curl("/runs/\(running)?wait=60s")
        let answer = try server.curl("/runs/\(running)", ["--request", "DELETE"])
        #expect(answer.status == 204 && answer.body.isEmpty)
        for path in ["", "/measurements.csv"] {
            #expect(try server.curl("/runs/\(running)\(path)").status == 404)
        }
        #expect(try server.curl("/runs/\(running)", ["--request", "DELETE"]).status == 404)
    }

    @Test func `a submission that is repeated under its key runs once`() throws {
        let blocker = try submit(sleeper)
        let first = try submit(#"{"command": ["true"]}"#, key: "build 1")
        #expect(
            try submit(#"{"command": ["true"], "interval": "100ms"}"#, key: "build 1") == first,
            "the default is the same")
        #expect(try submit(#"{"command": ["true"]}"#, key: "build 2") != first)
        let other = ["--json", #"{"command": ["false"]}"#, "--header", "Idempotency-Key: build 1"]
        #expect(try server.curl("/runs", other).status == 422)
        _ = try server.curl("/runs/\(blocker)/cancel", ["--request", "POST"])
        _ = try server.curl("/runs/\(first)?wait=60s")
        #expect(try submit(#"{"command": ["true"]}"#, key: "build 1") == first, "also when it is over")
        #expect(try server.curl("/runs", other).status == 422)
        #expect((try server.curl("/runs").json["runs"] as? [Any])?.count == 3)
        let long = ["--json", sleeper, "--header", "Idempotency-Key: \(String(repeating: "k", count: 256))"]
        #expect(try server.curl("/runs", long).status == 400)
    }

    @Test func `runs are found by their labels`() throws {
        let both = try submit(#"{"command": ["true"], "labels": {"branch": "main", "os": "debian=12"}}"#)
        let one = try submit(#"{"command": ["true"], "labels": {"branch": "main"}}"#)
        func found(_ query: String) throws -> [String] {
            (try server.curl("/runs?\(query)").json["runs"] as? [[String: Any]] ?? []).compactMap {
                $0["id"] as? String
            }
        }
        #expect(try found("label=branch=main") == [one, both])
        #expect(try found("label=branch=main&label=os=debian%3D12") == [both])
        #expect(try found("label=branch=other") == [])
        #expect(try server.curl("/runs?label=branch").status == 400)
    }

    @Test func `the list goes from page to page`() throws {
        let ids = try (0..<5).map { _ in try submit(#"{"command": ["true"]}"#) }
        var found: [String] = []
        var path: String? = "/runs?limit=2"
        while let page = path {
            let answer = try server.curl(page)
            found += (answer.json["runs"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            path = answer.headers["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
        }
        #expect(found == ids.reversed())
    }

    @Test func `what the client has is not sent again`() throws {
        let id = try submit(#"{"command": ["true"]}"#)
        let first = try server.curl("/runs/\(id)?wait=60s")
        let tag = try #require(first.headers["etag"])
        let again = try server.curl("/runs/\(id)", ["--header", "If-None-Match: \"x\", \(tag)"])
        #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == tag)
        #expect(try server.curl("/runs/\(id)", ["--header", "If-None-Match: \"x\""]).status == 200)
    }
}
