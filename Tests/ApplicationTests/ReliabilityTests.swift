import Foundation
import Glibc
import TestSupport
import Testing

/// What operators rely on: crashes, shutdown, the bound of the queue, retention.
@Suite struct ReliabilityTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func server(_ options: String...) throws -> RunningServer {
        try RunningServer(in: directory, options: options)
    }

    /// A script of this repository, which needs python3.
    private func script(_ name: String, _ arguments: String...) throws -> Tool {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        return try Tool.run(
            root.appendingPathComponent("scripts/\(name)").standardized.path, arguments, within: Tool.trial)
    }

    @Test func `after ten kills nothing is lost, executed twice or left running`() throws {
        let trials = try script("crash-trials", Tool.built("ergometer"), "10", "7")
        #expect(trials.status == 0, "\(trials.output)\(trials.errors)")
        #expect(trials.output.contains("findings: 0"))
    }

    @Test func `a hundred runs go through a queue of ten, with backpressure`() throws {
        let load = try script("load-trial", Tool.built("ergometer"), "100", "--", "--max-queued-runs", "10")
        #expect(load.status == 0, "\(load.output)\(load.errors)")
        #expect(load.output.contains("findings: 0"))
    }

    @Test func `processes of a run do not outlive a server that was killed`() throws {
        // Any server ends what a dead one has left in its cgroup, those of other tests too; then ours has nothing to tell.
        #expect(try (0..<5).contains { _ in try isToldOfWhatOutlivedAServer() })
    }

    private func isToldOfWhatOutlivedAServer() throws -> Bool {
        var server: RunningServer? = try server()
        let pidFile = "\(directory.path)/pid"
        try? FileManager.default.removeItem(atPath: pidFile)
        let daemon = "setsid sh -c 'setsid sh -c \"echo $$ > \(pidFile); exec sleep 600\" &' & sleep 600"
        let body = String(decoding: try JSONSerialization.data(withJSONObject: ["command": daemon]), as: UTF8.self)
        let id = try #require(try server!.post(body).json["id"] as? String)
        let pid = try awaited {
            let text = try? String(contentsOfFile: pidFile, encoding: .utf8)
            return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        try server!.waitUntilRunning(id)
        server!.kill()
        server = try self.server()
        let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        #expect(state == nil || state!.contains(") Z "), "ended, if perhaps not reaped yet")
        let run = try server!.curl("/runs/\(id)").json
        #expect(run["outcome"] as? String == "interrupted")
        let stdout = (run["output"] as? [String: Any])?["stdout"] as? [String: Any]
        #expect(stdout?["kept_bytes"] as? Int == 0 && stdout?["bytes"] == nil, "nobody knows what it wrote")
        return (run["warnings"] as? [String] ?? []).contains { $0.hasPrefix("Processes of the command outlived") }
    }

    @Test func `output that a crash has left of a deleted run is gone when the server starts again`() throws {
        var server: RunningServer? = try server()
        let id = try #require(try server!.finished(#"{"command": ["echo", "kept"]}"#)["id"] as? String)
        server!.kill()
        let stray = "\(directory.path)/data/output/01m7y6brn1nfdtzrr0c0hs6qnf.stdout"
        try Data("stray".utf8).write(to: URL(fileURLWithPath: stray))
        server = try self.server()
        #expect(!FileManager.default.fileExists(atPath: stray))
        #expect(try server!.curl("/runs/\(id)/stdout").body == "kept\n")
        #expect(server!.log.contains("the output of 1 deleted run was still there"))
    }

    @Test func `a full queue answers 503 and when to come back, and says who is next`() throws {
        let server = try server("--max-queued-runs", "2")
        let sleeper = #"{"command": ["sleep", "600"]}"#
        let running = try #require(try server.post(sleeper).json["id"] as? String)
        try server.waitUntilRunning(running)
        let waiting = try (0..<2).map { _ in try server.post(sleeper).json }
        #expect(waiting.map { $0["queue_position"] as? Int } == [1, 2])
        let refused = try server.post(sleeper)
        #expect(refused.status == 503 && Int(refused.headers["retry-after"] ?? "") != nil)
        #expect(refused.headers["content-type"]?.hasPrefix("application/problem+json") == true)
        let listed = try server.curl("/runs").json["runs"] as? [[String: Any]] ?? []
        #expect(listed.map { $0["queue_position"] as? Int } == [2, 1, nil])
        _ = try server.curl("/runs/\(waiting[0]["id"] ?? "")/cancel", ["--request", "POST"])
        #expect(try server.curl("/runs/\(waiting[1]["id"] ?? "")").json["queue_position"] as? Int == 1)
        #expect(try server.post(sleeper).status == 201)
    }

    @Test func `a second SIGTERM does not wait for commands that ignore the first`() throws {
        let server = try server()
        let ready = "\(directory.path)/ready"
        let id = try #require(
            try server.post(
                #"{"command": "\#(Tool.built("workload")) ignore-term > \#(ready)", "kill_grace": "1h"}"#
            ).json["id"] as? String)
        try waitUntil { (try? String(contentsOfFile: ready, encoding: .utf8))?.contains("ready") == true }
        try server.waitUntilRunning(id)
        kill(server.pid, SIGTERM)
        try waitUntil { try server.curl("/readyz").status != 200 }
        #expect(server.terminate() == 0)
    }

    @Test func `runs that ended long ago are deleted while the server runs`() throws {
        let server = try server("--retention-time", "1ms", "--retention-size", "1GB")
        let id = try #require(try server.post(#"{"command": ["true"]}"#).json["id"] as? String)
        let blocker = try #require(try server.post(#"{"command": ["sleep", "600"]}"#).json["id"] as? String)
        try waitUntil { try server.curl("/runs/\(id)").status == 404 }
        #expect(try server.curl("/runs/\(blocker)").status == 200)
    }

    @Test(arguments: [
        ["--retention-time", "30"], ["--retention-time", "0s"], ["--retention-size", "10"],
        ["--retention-size", "1MB"],
        ["--retention-size", "-5GB"],
    ])
    func `a retention that makes no sense is refused`(options: [String]) throws {
        let tool = try Tool.run(
            Tool.built("ergometer"),
            ["serve", "--listen", "127.0.0.1:0", "--data-dir", "\(directory.path)/data"] + options)
        #expect(tool.status != 0 && tool.errors.contains(options[0]))
    }
}
