import Foundation
import Glibc
import TestSupport
import Testing

/// What a command says and hears: its output byte for byte, its input, and the limits on both and on itself.
@Suite struct OutputTests {
    private let server: RunningServer
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        server = try RunningServer(in: directory)
    }

    /// Posts a run, waits for its end and gives it with its id.
    private func run(_ fields: [String: Any]) throws -> (id: String, run: [String: Any]) {
        // A file, because arguments of curl must be short.
        let body = "\(directory.path)/body.json"
        try JSONSerialization.data(withJSONObject: fields).write(to: URL(fileURLWithPath: body))
        let run = try server.finished("@\(body)")
        return (try #require(run["id"] as? String), run)
    }

    private func shell(_ line: String, limits: [String: Any] = [:]) throws -> (id: String, run: [String: Any]) {
        try run(["command": line, "limits": limits])
    }

    /// What is kept of a stream, as bytes.
    private func kept(_ id: String, _ stream: String = "stdout") throws -> Data {
        let file = "\(directory.path)/downloaded"
        let url = "http://127.0.0.1:\(server.port)/runs/\(id)/\(stream)"
        let token = "Authorization: Bearer \(server.token)"
        #expect(try Tool.run("curl", ["--silent", "--output", file, "--header", token, url]).status == 0)
        return try Data(contentsOf: URL(fileURLWithPath: file))
    }

    private func stream(_ name: String, of run: [String: Any]) -> [String: Any] {
        (run["output"] as? [String: Any])?[name] as? [String: Any] ?? [:]
    }

    private func warnings(_ run: [String: Any], _ words: String) -> [String] {
        (run["warnings"] as? [String] ?? []).filter { $0.contains(words) }
    }

    @Test func `output comes back byte for byte, each stream for itself`() throws {
        let every = "\(directory.path)/every"
        try Data(0...255).write(to: URL(fileURLWithPath: every))
        let (id, run) = try shell("cat \(every); echo one >&2; echo -n two; echo three >&2")
        #expect(try server.curl("/runs/\(id)/stderr").body == "one\nthree\n")
        let head = try server.curl("/runs/\(id)/stdout", ["--head"]).headers
        #expect(head["content-length"] == "259" && head["content-type"] == "application/octet-stream")
        #expect(head["content-disposition"]?.hasPrefix("attachment") == true)
        #expect(head["x-content-type-options"] == "nosniff")
        #expect(stream("stdout", of: run)["bytes"] as? Int == 259)
        #expect(stream("stdout", of: run)["truncated"] as? Bool == false)
        #expect(stream("stderr", of: run)["kept_bytes"] as? Int == 10)
        #expect(try kept(id) == Data(0...255) + Data("two".utf8))
    }

    @Test func `a flood is cut at the limit, and the command does not notice`() throws {
        let (id, run) = try shell("yes | head -c 50000000; echo $? >&2", limits: ["output": "1MiB"])
        #expect(run["outcome"] as? String == "exited")
        #expect(try kept(id) == Data(repeatElement(Data("y\n".utf8), count: 1 << 19).joined()))
        #expect(try kept(id, "stderr") == Data("0\n".utf8))
        #expect(stream("stdout", of: run)["bytes"] as? Int == 50_000_000)
        #expect(stream("stdout", of: run)["kept_bytes"] as? Int == 1 << 20)
        #expect(stream("stdout", of: run)["truncated"] as? Bool == true)
        #expect(warnings(run, "limits.output is reached").count == 1)
    }

    @Test func `16 MiB are kept when nothing is said`() throws {
        let (id, run) = try shell("head -c 20000000 /dev/zero")
        #expect(try server.curl("/runs/\(id)/stdout", ["--head"]).headers["content-length"] == "16777216")
        #expect(stream("stdout", of: run)["bytes"] as? Int == 20_000_000)
    }

    @Test func `what a command has said can be read while it runs`() throws {
        let fifo = "\(directory.path)/fifo"
        let id = try #require(
            try server.post(#"{"command": "mkfifo \#(fifo); echo early; read line <\#(fifo); echo $line"}"#)
                .json["id"] as? String)
        // Each request is one look; the command waits for us.
        try waitUntil { try server.curl("/runs/\(id)/stdout").body == "early\n" }
        #expect(try server.curl("/runs/\(id)").json["state"] as? String == "running")
        #expect(try server.curl("/runs/\(id)").json["output"] == nil)
        try Tool.run("sh", ["-c", "echo late >\(fifo)"])
        _ = try server.curl("/runs/\(id)?wait=60s")
        #expect(try server.curl("/runs/\(id)/stdout").body == "early\nlate\n")
    }

    @Test func `a daemon that keeps the output open neither hangs the run nor loses what was said`() throws {
        let fifo = "\(directory.path)/fifo"
        let daemon = "setsid sh -c 'trap \"\" TERM; echo daemon; echo >\(fifo); exec sleep 600'"
        let (id, run) = try run([
            "command": "mkfifo \(fifo); \(daemon) & read x <\(fifo); echo main", "kill_grace": "0s",
        ])
        #expect(run["outcome"] as? String == "exited")
        #expect(warnings(run, "outlived the main process").count == 1)
        #expect(try server.curl("/runs/\(id)/stdout").body == "daemon\nmain\n")
    }

    @Test func `without a word nothing is kept, and of a run that never ran there is nothing`() throws {
        let silent = try run(["command": ["true"]]).id
        let missing = try run(["command": ["/no/such/program"]])
        #expect(missing.run["output"] == nil)
        for id in [silent, missing.id] {
            let answer = try server.curl("/runs/\(id)/stdout")
            #expect(answer.status == 200 && answer.headers["content-length"] == "0")
        }
        #expect(try server.curl("/runs/01m7y6brn1nfdtzrr0c0hs6qnf/stdout").status == 404)
        #expect(try server.curl("/runs/\(silent)/stdout?lines=1").status == 400)
        #expect(try server.curl("/runs/\(silent)/stdout", authorized: false).status == 401)
    }

    @Test func `output goes with its run`() throws {
        let (id, _) = try shell("echo secret")
        let files = { try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/data/output") }
        #expect(try files().sorted() == ["\(id).stderr", "\(id).stdout"])
        #expect(try server.curl("/runs/\(id)", ["--request", "DELETE"]).status == 204)
        #expect(try files() == [])
        #expect(try server.curl("/runs/\(id)/stdout").status == 404)
    }

    @Test func `stdin arrives whole, and without any there is the end of the file`() throws {
        let text = String(repeating: "z\u{e4}hle\0", count: 50_000)
        let (id, run) = try run(["command": ["cat"], "stdin": text])
        #expect(try kept(id) == Data(text.utf8))
        let specification = run["specification"] as? [String: Any]
        #expect(specification?["stdin"] == nil && specification?["stdin_bytes"] as? Int == text.utf8.count)
        for fields: [String: Any] in [["command": ["wc", "-c"], "stdin": ""], ["command": ["wc", "-c"]]] {
            #expect(try server.curl("/runs/\(self.run(fields).id)/stdout").body == "0\n")
        }
    }
}
