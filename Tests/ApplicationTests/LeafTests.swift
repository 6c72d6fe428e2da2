import Foundation
import Glibc
import TestSupport
import Testing

/// A server in a cgroup that was made for it, as a service manager does (`Delegate=yes`).
@Suite(
    .enabled(if: LiveMachine.isRoot, "only root makes cgroups without being given one"),
    .enabled(if: LiveMachine.unifiedCgroups != nil, "no cgroup v2 is mounted"))
struct LeafTests {
    private let directory: TemporaryDirectory
    private let unit: String

    init() throws {
        directory = try TemporaryDirectory()
        unit = "\(try #require(LiveMachine.unifiedCgroups))/leaf-test.\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: unit, withIntermediateDirectories: false)
    }

    /// A server that begins its life in the cgroup.
    private func server() throws -> RunningServer {
        let enter = #"echo $$ > "\#(unit)/cgroup.procs" && exec "$@""#
        return try RunningServer(in: directory, wrapper: ["sh", "-c", enter, "sh"])
    }

    private func cgroup(of pid: Int32) throws -> String {
        let lines = try String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8).split(separator: "\n")
        return LiveMachine.unifiedCgroups! + (lines.first { $0.hasPrefix("0::") }?.dropFirst(3) ?? "")
    }

    private func cgroups() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: unit).filter { $0.hasSuffix("cgroup.procs") }
    }

    @Test func `a server that is alone in its cgroup lives in a leaf of it, and leaves it as it was`() throws {
        let server = try server()
        let leaf = try cgroup(of: server.pid)
        #expect(leaf.hasPrefix("\(unit)/ergometer.") && leaf.hasSuffix(".\(server.pid)/server"))
        #expect(try String(contentsOfFile: "\(unit)/cgroup.procs", encoding: .utf8) == "")
        let run = try server.finished(#"{"command": "grep ^0:: /proc/self/cgroup"}"#)
        let id = try #require(run["id"] as? String)
        let place = try server.curl("/runs/\(id)/stdout").body.trimmingCharacters(in: .newlines)
        #expect(LiveMachine.unifiedCgroups! + place.dropFirst(3) == leaf.replacing(/server$/, with: id))
        #expect(server.terminate() == 0)
        #expect(try cgroups() == ["cgroup.procs"])
        #expect(rmdir(unit) == 0, "nobody lives in it")
    }

    @Test func `a server whose cgroup has other processes leaves them alone, and says what that means`() throws {
        let other = try Process.run(
            URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", "echo $$ > \(unit)/cgroup.procs && exec sleep 1000"])
        defer {
            kill(other.processIdentifier, SIGKILL)
            other.waitUntilExit()
            rmdir(unit)
        }
        try waitUntil { try cgroup(of: other.processIdentifier) == unit }
        let server = try server()
        #expect(try cgroup(of: server.pid) == unit)
        #expect(server.log.contains("process \(other.processIdentifier) lives in \(unit), so it cannot hand on"))
        #expect(server.terminate() == 0)
        #expect(try cgroups() == ["cgroup.procs"])
    }

    @Test(arguments: ["a token that is too short", "a port that is taken"])
    func `a server that fails to start leaves its cgroup as it was`(obstacle: String) throws {
        let other = try RunningServer(in: TemporaryDirectory())
        let data = "\(directory.path)/data"
        mkdir(data, 0o700)
        if obstacle.hasPrefix("a token") { try Data("short".utf8).write(to: URL(fileURLWithPath: "\(data)/token")) }
        let address = obstacle.hasPrefix("a port") ? "127.0.0.1:\(other.port)" : "127.0.0.1:0"
        let script = #"echo $$ > "\#(unit)/cgroup.procs" && exec "$@""#
        let failed = try Tool.run(
            "sh", ["-c", script, "sh", Tool.built("ergometer"), "serve", "--listen", address, "--data-dir", data])
        #expect(failed.status == 1, "\(failed.errors)")
        #expect(try cgroups() == ["cgroup.procs"])
        #expect(try !String(contentsOfFile: "\(unit)/cgroup.subtree_control", encoding: .utf8).contains("memory"))
        #expect(rmdir(unit) == 0)
    }

    @Test(.enabled(if: Tool.find("python3") != nil, "python3 is not installed"))
    func `a server that cannot bring the books of another to their end leaves its cgroup as it was`() throws {
        let killed = try RunningServer(in: directory)
        try killed.waitUntilRunning(try killed.post(#"{"command": ["sleep", "60"]}"#).json["id"] as? String ?? "")
        killed.kill()
        let forbid = "CREATE TRIGGER forbid BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'forbidden'); END"
        let execute = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute(sys.argv[2])"
        let database = "\(directory.path)/data/runs.sqlite"
        try #require(try Tool.run("python3", ["-c", execute, database, forbid]).status == 0)
        #expect(throws: RunningServer.Failure.self) { try server() }
        #expect(try String(contentsOfFile: "\(directory.path)/log", encoding: .utf8).contains("forbidden"))
        #expect(try cgroups() == ["cgroup.procs"])
        #expect(rmdir(unit) == 0)
    }

    @Test func `a server that was killed leaves nothing that the next one minds`() throws {
        let killed = try server()
        let leaf = try cgroup(of: killed.pid)
        killed.kill()
        let server = try server()
        #expect(!FileManager.default.fileExists(atPath: leaf))
        #expect(try cgroup(of: server.pid).hasSuffix(".\(server.pid)/server"))
        #expect(server.terminate() == 0)
        #expect(rmdir(unit) == 0)
    }
}
