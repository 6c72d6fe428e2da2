import Foundation
import Glibc
import HTTPServer
import TestSupport
import Testing

@testable import Application

/// The server as its users meet it: a process, curl, signals.
@Suite struct ServeTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `a command goes in over HTTP, its measurements come out`() throws {
        let server = try RunningServer(in: directory)
        let accepted = try server.post(#"{"command": ["sleep", "0.3"], "name": "nap", "labels": {"Case": "Kept"}}"#)
        #expect(accepted.status == 201)
        let location = try #require(accepted.headers["location"])
        #expect(["queued", "running"].contains(accepted.json["state"] as? String))

        let run = try server.curl("\(location)?wait=60s").json
        #expect(run["state"] as? String == "finished")
        #expect(run["outcome"] as? String == "exited")
        #expect(run["exit_code"] as? Int == 0)
        #expect((run["specification"] as? [String: Any])?["labels"] as? [String: String] == ["Case": "Kept"])
        #expect(run["duration_seconds"] as? Double ?? 0 >= 0.3)

        let csv = try server.curl("\(location)/measurements.csv")
        #expect(csv.headers["content-type"] == "text/csv; charset=utf-8; header=present")
        #expect(csv.headers["content-disposition"]?.contains("ergometer-\(run["id"] ?? "").csv") == true)
        let rows = CSVRows.parse(csv.body)
        #expect(Set(rows.compactMap { $0["consumer_id"] }) == [String(run["pid"] as? Int ?? 0)])
        for total in run["totals"] as? [[String: Any]] ?? [] {
            let name = (total["metric"] as? String ?? "") + (total["unit"] as? String == "ns" ? "_ns" : "")
            #expect(CSVRows.sum(name, in: rows) == total["value"] as? Double, "\(name)")
        }
        #expect(CSVRows.sum("perf_software_PAGE_FAULTS", in: rows) > 0)

        let listed = try server.curl("/runs?name=nap").json["runs"] as? [[String: Any]]
        #expect(listed?.first?["id"] as? String == run["id"] as? String)
        #expect(try server.curl("/runs?name=other").json["runs"] as? [[String: String]] == [])
        #expect(try server.curl("/healthz", authorized: false).body == "ok\n")
        #expect(try server.curl("/openapi.yaml", authorized: false).body.hasPrefix("openapi: 3.1"))
        #expect(server.terminate() == 0)
    }

    @Test func `runs are compared in a page, eight at most`() throws {
        let server = try RunningServer(in: directory)
        let id = try #require(try server.finished(#"{"command": ["true"]}"#)["id"] as? String)
        let page = try server.curl("/compare?run=\(id)&run=\(id)", ["--header", "Accept: text/html"])
        #expect(page.status == 200 && page.body.contains(id))
        #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        let missing = try server.curl("/compare?run=nothing", ["--header", "Accept: text/html"])
        #expect(missing.status == 404 && missing.headers["content-type"] == "text/html; charset=utf-8")
        let many = (0..<9).map { _ in "run=\(id)" }.joined(separator: "&")
        #expect(try server.curl("/compare?\(many)").status == 400)
    }

    @Test func `the line that the server prints works when pasted`() throws {
        let server = try RunningServer(in: directory)
        let line = try #require(server.greeting.split(separator: "\n").first { $0.contains("curl") })
        let answer = try Tool.run("sh", ["-c", "\(line) --silent"])
        #expect(answer.output.contains("\"state\" : "))
    }

    @Test func `fifty runs posted at once all finish, in order`() throws {
        let server = try RunningServer(in: directory)
        let posts = (0..<50).flatMap { index in
            (index == 0 ? [] : ["--next"]) + [
                "--silent", "--output", "/dev/null", "--json", #"{"command": ["true"]}"#, "--header",
                "Authorization: Bearer \(server.token)", "http://127.0.0.1:\(server.port)/runs",
            ]
        }
        #expect(
            try Tool.run("curl", ["--parallel", "--parallel-max", "50", "--parallel-immediate"] + posts).status == 0)
        let newest = try server.curl("/runs?limit=1").json["runs"] as? [[String: Any]]
        _ = try server.curl("/runs/\(newest?.first?["id"] ?? "")?wait=60s")
        let runs = (try server.curl("/runs?limit=200").json["runs"] as? [[String: Any]] ?? []).reversed()
        #expect(runs.count == 50)
        #expect(runs.allSatisfy { $0["outcome"] as? String == "exited" })
        let starts = runs.compactMap { $0["started_at"] as? String }
        let ends = runs.compactMap { $0["ended_at"] as? String }
        #expect(starts.count == 50 && starts == starts.sorted(), "they start in the order of their ids")
        #expect(zip(ends, starts.dropFirst()).allSatisfy { $0 <= $1 }, "one ends before the next starts")
    }

    @Test func `two hundred runs of a short command all have counts`() throws {
        let server = try RunningServer(in: directory)
        let post = [
            "--silent", "--output", "/dev/null", "--json", #"{"command": ["/bin/true"]}"#, "--header",
            "Authorization: Bearer \(server.token)", "http://127.0.0.1:\(server.port)/runs?[1-200]",
        ]
        // The query makes 200 requests of one; the server refuses it, so the range is in a fragment instead.
        let range = post.dropLast() + ["http://127.0.0.1:\(server.port)/runs#[1-200]"]
        #expect(try Tool.run("curl", Array(range)).status == 0)
        let newest = try server.curl("/runs?limit=1").json["runs"] as? [[String: Any]]
        _ = try server.curl("/runs/\(newest?.first?["id"] ?? "")?wait=60s")
        let runs = try server.curl("/runs?limit=200").json["runs"] as? [[String: Any]] ?? []
        #expect(runs.count == 200)
        for run in runs {
            for metric in ["perf_software_TASK_CLOCK", "perf_software_PAGE_FAULTS"] {
                let total = (run["totals"] as? [[String: Any]])?.first { $0["metric"] as? String == metric }
                #expect(total?["value"] as? Double ?? 0 > 0, "\(metric) of \(run["id"] ?? "")")
            }
        }
    }

    @Test func `what a run measured tells nothing of its command line, environment, input and output`() throws {
        let server = try RunningServer(in: directory)
        let secret = "secret\(UInt64.random(in: 0 ... .max))"
        let run = try server.finished(
            #"{"command": "echo \#(secret) $WORD; exec cat", "environment": {"WORD": "\#(secret)"}, "stdin": "\#(secret)"}"#
        )
        let location = "/runs/\(run["id"] ?? "")"
        for path in [location, "\(location)/stdout"] { #expect(try server.curl(path).body.contains(secret), "\(path)") }
        for path in ["measurements.csv", "measurements.json", "series", "power.svg", "metrics"] {
            let answer = try server.curl("\(location)/\(path)")
            #expect(answer.status == 200 && answer.body.count > 100, "\(path)")
            #expect(!"\(answer)".contains(secret), "\(path)")
        }
        #expect(try !server.curl("/metrics").body.contains(secret))
    }

    @Test func `the command sees nothing of the server`() throws {
        let server = try RunningServer(in: directory, environment: ["SECRET": "of the server"])
        let seen = "\(directory.path)/seen"
        let run = try server.finished(
            #"{"command": "env | sort >\#(seen).env; \#(Tool.built("workload")) fds >\#(seen).fds; "#
                + #"\#(Tool.built("workload")) signals >\#(seen).signals; umask >\#(seen).umask; "#
                + #"grep NoNewPrivs /proc/self/status >\#(seen).privileges; ps -o sid= -p $$ >\#(seen).session", "#
                + #""environment": {"OWN": "value"}}"#)
        #expect(run["outcome"] as? String == "exited")
        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(seen).\(name)", encoding: .utf8) }
        #expect(try text("env").contains("OWN=value"))
        #expect(try !text("env").contains("SECRET"))
        // 1 is the file that the shell opened for it.
        #expect(try text("fds") == "0\n1\n2\n")
        #expect(try text("signals").split(separator: "\n").allSatisfy { $0.hasSuffix("0000000000000000") })
        #expect(try text("privileges").contains("1"))
        #expect(try text("umask") != "0077\n", "the server's own mask is for its data")
    }

    @Test func `a run is found interrupted after kill -9, and what waited is run`() throws {
        var server: RunningServer? = try RunningServer(in: directory)
        let running = try server!.post(#"{"command": ["sleep", "600"], "interval": "10ms"}"#)
        let waiting = try server!.post(#"{"command": ["true"]}"#)
        #expect(waiting.status == 201)
        let id = try #require(running.json["id"] as? String)
        // Until a second's frames are on disk.
        try waitUntil { try !server!.rows(of: id).isEmpty }
        let pid = try #require(try server!.curl("/runs/\(id)").json["pid"] as? Int)
        server!.kill()
        server = try RunningServer(in: directory)
        let found = try server!.curl("/runs/\(id)").json
        #expect(found["state"] as? String == "finished")
        #expect(found["outcome"] as? String == "interrupted")
        #expect(try !server!.rows(of: id).isEmpty)
        #expect((found["warnings"] as? [String] ?? []).contains { $0.contains("server stopped while the command ran") })
        let waited = try server!.curl("/runs/\(try #require(waiting.json["id"] as? String))?wait=60s").json
        #expect(waited["outcome"] as? String == "exited")
        Glibc.kill(Int32(pid), SIGKILL)
    }

    @Test func `SIGTERM ends the running command, stores its result and exits with 0`() throws {
        var server: RunningServer? = try RunningServer(in: directory)
        let id = try #require(try server!.post(#"{"command": ["sleep", "600"]}"#).json["id"] as? String)
        try server!.waitUntilRunning(id)
        let pid = try #require(try server!.curl("/runs/\(id)").json["pid"] as? Int)
        #expect(server!.terminate() == 0)
        #expect(Glibc.kill(Int32(pid), 0) != 0, "the command has ended with the server")
        server = try RunningServer(in: directory)
        #expect(try server!.curl("/runs/\(id)").json["outcome"] as? String == "cancelled")
    }

    @Test func `a second server on the same data is refused by name`() throws {
        let server = try RunningServer(in: directory)
        let second = try Tool.run(
            Tool.built("ergometer"), ["serve", "--listen", "127.0.0.1:0", "--data-dir", "\(directory.path)/data"])
        #expect(second.status != 0)
        #expect(second.errors.contains("\(directory.path)/data"))
        #expect(try server.curl("/healthz").status == 200)
    }

    @Test func `a server that other machines could reach is refused without a word of consent`() throws {
        let tool = try Tool.run(
            Tool.built("ergometer"), ["serve", "--listen", "0.0.0.0:0", "--data-dir", "\(directory.path)/data"])
        #expect(tool.status != 0)
        #expect(tool.errors.contains("--insecure-remote"))
    }

    @Test func `beyond loopback one address has a quarter of the connections`() throws {
        func configuration(_ address: String) throws -> HTTPServerConfiguration {
            try ListenPlan(ServeCommand.parse(["--listen", address, "--insecure-remote"])).configuration
        }
        let remote = try configuration("0.0.0.0:0")
        #expect(remote.maximumConnectionsPerAddress == remote.connectionLimit / 4)
        #expect(try configuration("127.0.0.1:0").maximumConnectionsPerAddress == nil)
    }

    @Test(.enabled(if: LiveMachine.hasPromtool, "promtool is not installed"))
    func `promtool finds nothing wrong with the metrics`() throws {
        let machine = try SimulatedMachine([SimulatedZone("package-0", watts: 60), SimulatedZone("psys", watts: 90)])
        machine.startLive()
        defer { machine.stop() }
        let server = try RunningServer(in: directory, options: ["--sysfs-root", machine.root])
        _ = try server.finished(#"{"command": ["sleep", "0.2"]}"#)
        let page = try server.curl("/metrics", authorized: false).body
        #expect(page.contains("ergometer_run_energy_joules_total{domain=\"package\",package=\"0\",scope=\"machine\"}"))
        try page.write(toFile: "\(directory.path)/page", atomically: true, encoding: .utf8)
        let check = try Tool.run("sh", ["-c", "promtool check metrics <\(directory.path)/page"])
        #expect(check.status == 0 && check.output + check.errors == "", "\(check.output)\(check.errors)")
    }
}
