import Foundation
import Glibc
import TestSupport
import Testing

/// A server that lacks descriptors, processes or a cgroup: the API stays up, and nothing that was accepted is lost.
@Suite struct ShortageTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func submit(_ server: RunningServer) throws -> String {
        try #require(try server.post(#"{"command": ["true"]}"#).json["id"] as? String)
    }

    private func waitsToBeLaunched(_ id: String, on server: RunningServer) throws -> Bool {
        try waitUntil {
            try server.log.contains("run \(id) waits to be launched")
                || server.curl("/runs/\(id)").json["state"] as? String != "queued"
        }
        let run = try server.curl("/runs/\(id)").json
        return try run["state"] as? String == "queued" && server.curl("/healthz").status == 200
    }

    @Test func `out of descriptors, a run waits until there are some`() throws {
        let server = try RunningServer(in: directory)
        _ = try server.finished(#"{"command": ["true"]}"#)
        let inUse = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.pid)/fd").count
        func limit(_ count: String) throws {
            try #require(try Tool.run("prlimit", ["--pid", "\(server.pid)", "--nofile=\(count)"]).status == 0)
        }
        // Enough for a client or two, and not for counters and pipes.
        try limit("\(inUse + 3):")
        let id = try submit(server)
        #expect(try waitsToBeLaunched(id, on: server))
        try limit("1024:")
        let run = try server.curl("/runs/\(id)?wait=60s").json
        #expect(run["outcome"] as? String == "exited")
        #expect((run["totals"] as? [[String: Any]] ?? []).contains { $0["value"] as? Int ?? 0 > 0 })
        #expect(try server.curl("/runs/\(id)/stdout").status == 200)
    }

    @Test func `out of descriptors, what a command leaves behind is found when there are some again`() throws {
        let server = try RunningServer(in: directory)
        let fifo = "\(directory.path)/fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        let command = #"{"command": "sleep 600 & read line < \#(fifo)"}"#
        let id = try #require(try server.post(command).json["id"] as? String)
        let pid = try awaited { try server.curl("/runs/\(id)").json["pid"] as? Int }
        let writer = try writer(of: fifo)
        try #require(try Tool.run("prlimit", ["--pid", "\(server.pid)", "--nofile=1:"]).status == 0)
        #expect(write(writer, "go on\n", 6) == 6)
        close(writer)
        try waitUntil { access("/proc/\(pid)", F_OK) != 0 }
        try #require(try Tool.run("prlimit", ["--pid", "\(server.pid)", "--nofile=1024:"]).status == 0)
        let run = try server.curl("/runs/\(id)?wait=60s").json
        #expect(run["outcome"] as? String == "exited")
        let warnings = run["warnings"] as? [String] ?? []
        #expect(warnings.contains { $0.hasPrefix("1 descendant outlived the main process and was ended") })
    }

    @Test(
        .enabled(if: LiveMachine.pidsCgroups != nil, "no pids controller that can be used"),
        arguments: [(0, "starting a thread"), (1, "creating the process")])
    func `out of processes, a run waits until there are some`(room: Int, what: String) throws {
        let server = try RunningServer(in: directory)
        _ = try server.finished(#"{"command": ["true"]}"#)
        let cgroup = "\(LiveMachine.pidsCgroups!)/ergometer-test-\(server.pid)"
        try FileManager.default.createDirectory(atPath: cgroup, withIntermediateDirectories: false)
        defer {
            server.kill()
            rmdir(cgroup)
        }
        func write(_ text: String, to file: String) throws {
            try text.write(toFile: "\(cgroup)/\(file)", atomically: false, encoding: .utf8)
        }
        try write("\(server.pid)", to: "cgroup.procs")
        let current = try String(contentsOfFile: "\(cgroup)/pids.current", encoding: .utf8)
        let inUse = try #require(Int(current.trimmingCharacters(in: .whitespacesAndNewlines)))
        try write("\(inUse + room)", to: "pids.max")
        let id = try submit(server)
        #expect(try waitsToBeLaunched(id, on: server))
        #expect(server.log.contains("waits to be launched: \(what)"))
        try write("max", to: "pids.max")
        #expect(try server.curl("/runs/\(id)?wait=60s").json["outcome"] as? String == "exited")
    }

    private static let canMount = LiveMachine.isRoot && LiveMachine.unifiedCgroups != nil

    private func namespace(_ script: String) -> [String] {
        ["unshare", "--mount", "sh", "-c", "\(script); exec \"$@\"", "sh"]
    }

    @Test(.enabled(if: Self.canMount, "cgroups can only be made read-only by root, where there are some"))
    func `where cgroups cannot be written runs are measured without, and the log says so`() throws {
        let remount = "mount -o remount,bind,ro \(LiveMachine.unifiedCgroups!)"
        let server = try RunningServer(in: directory, wrapper: namespace(remount))
        #expect(server.log.contains("no writable cgroup v2: descendants of runs are found through /proc"))
        let run = try server.finished(#"{"command": "sleep 600 & true", "limits": {"memory": "1GiB"}}"#)
        #expect(run["outcome"] as? String == "exited")
        let warnings = run["warnings"] as? [String] ?? []
        #expect(warnings.contains { $0.hasPrefix("1 descendant outlived the main process and was ended") })
        #expect(warnings.contains { $0.hasPrefix("limits.memory") && $0.hasSuffix("no writable cgroup v2") })
    }

    @Test(.enabled(if: Self.canMount, "cgroups can only be made read-only by root, where there are some"))
    func `where cgroups cannot be written any more each run says so`() throws {
        let server = try RunningServer(in: directory, wrapper: namespace("true"))
        let before = try server.finished(#"{"command": ["true"]}"#)["warnings"] as? [String] ?? []
        #expect(!before.contains { $0.contains("no cgroup of its own") })
        let remount = ["mount", "-o", "remount,bind,ro", LiveMachine.unifiedCgroups!]
        try #require(try Tool.run("nsenter", ["--target", "\(server.pid)", "--mount"] + remount).status == 0)
        let run = try server.finished(#"{"command": "sleep 600 & true"}"#)
        let warnings = run["warnings"] as? [String] ?? []
        #expect(warnings.contains { $0.hasPrefix("the run had no cgroup of its own (Read-only file system)") })
        #expect(warnings.contains { $0.hasPrefix("1 descendant outlived the main process and was ended") })
        // What it made before is left for who may write there.
        server.kill()
    }
}
