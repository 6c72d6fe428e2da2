import Foundation
import Glibc
import TestSupport
import Testing

/// A database that is locked by others, or damaged: the API stays up, and nothing that was accepted is lost silently.
@Suite struct DamagedStoreTests {
    private let directory: TemporaryDirectory
    private let database: String

    init() throws {
        directory = try TemporaryDirectory()
        database = "\(directory.path)/data/runs.sqlite"
    }

    /// Another program that holds the database until it is let go.
    private final class Holder {
        private let process = Process()
        private let input = Pipe()

        init(of database: String) throws {
            let script = """
                import sqlite3, sys
                connection = sqlite3.connect(sys.argv[1], isolation_level=None)
                connection.execute("BEGIN EXCLUSIVE")
                print("held", flush=True)
                sys.stdin.read()
                connection.rollback()
                """
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: Tool.find("python3") ?? "python3")
            process.arguments = ["-c", script, database]
            process.standardInput = input
            process.standardOutput = output
            try process.runWithAllSignals()
            try process.bounded { _ = output.fileHandleForReading.availableData }
        }

        func letGo() throws {
            try input.fileHandleForWriting.close()
            try process.bounded { process.waitUntilExit() }
        }
    }

    private func running(_ server: RunningServer) throws -> String {
        let id = try #require(
            try server.post(#"{"command": ["sleep", "600"], "interval": "10ms"}"#).json["id"] as? String)
        try server.waitUntilRunning(id)
        return id
    }

    @Test(.enabled(if: Tool.find("python3") != nil, "python3 is not installed"))
    func `while another program holds the database nothing is accepted, and nothing is lost`() throws {
        var server: RunningServer? = try RunningServer(in: directory)
        let id = try running(server!)
        let holder = try Holder(of: database)
        let refused = try server!.post(#"{"command": ["true"]}"#)
        #expect(refused.status == 503)
        let readiness = try server!.curl("/readyz", authorized: false)
        #expect(readiness.status == 503)
        #expect((readiness.json["detail"] as? String)?.contains("(locked)") == true)
        #expect(!readiness.body.contains(directory.path), "anybody may ask")
        #expect((refused.json["detail"] as? String)?.contains("Another program holds the database") == true)
        #expect(try server!.curl("/healthz").status == 200)
        #expect((try server!.curl("/runs").json["runs"] as? [Any])?.count == 1)
        _ = try server!.curl("/runs/\(id)/cancel", ["--request", "POST"])
        let run = try server!.curl("/runs/\(id)?wait=60s").json
        #expect(run["outcome"] as? String == "cancelled", "though its end is not on disk")
        try holder.letGo()
        try waitUntil { try server!.curl("/readyz").status != 503 }
        #expect(try server!.finished(#"{"command": ["true"]}"#)["outcome"] as? String == "exited")
        #expect(server!.terminate() == 0)

        server = try RunningServer(in: directory)
        let stored = try server!.curl("/runs/\(id)").json
        #expect(stored["outcome"] as? String == "cancelled")
        let rows = try server!.rows(of: id)
        for total in stored["totals"] as? [[String: Any]] ?? [] where total["value"] != nil {
            let name = (total["metric"] as? String ?? "") + (total["unit"] as? String == "ns" ? "_ns" : "")
            #expect(CSVRows.sum(name, in: rows) == total["value"] as? Double, "\(name)")
        }
    }

    /// Overwrites the database from some offset on.
    private func damage(from offset: UInt64) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: database))
        let size = try file.seekToEnd()
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(repeating: 0xa5, count: Int(size - offset)))
        try file.close()
    }

    @Test(arguments: [0, 4096] as [UInt64])
    func `a server does not start on a damaged database, names it and leaves it as it is`(offset: UInt64) throws {
        var server: RunningServer? = try RunningServer(in: directory)
        _ = try server!.finished(#"{"command": ["true"]}"#)
        #expect(server!.terminate() == 0)
        server = nil
        try damage(from: offset)
        let before = try Data(contentsOf: URL(fileURLWithPath: database))
        let refused = try Tool.run(
            Tool.built("ergometer"), ["serve", "--listen", "127.0.0.1:0", "--data-dir", "\(directory.path)/data"])
        #expect(refused.status != 0)
        #expect(refused.errors.contains("\(database) is damaged") && refused.errors.contains("backup"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: database)) == before)
    }

    @Test(.enabled(if: Tool.find("python3") != nil, "python3 is not installed"))
    func `a database that is damaged while the server runs costs no running command and not the API`() throws {
        let server = try RunningServer(in: directory)
        for _ in 0..<200 { _ = try server.post(#"{"command": ["true"], "name": "x"}"#) }
        let last = try #require(try server.post(#"{"command": ["true"]}"#).json["id"] as? String)
        _ = try server.curl("/runs/\(last)?wait=60s")
        let id = try running(server)
        let checkpoint = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)')"
        try #require(try Tool.run("python3", ["-c", checkpoint, database]).status == 0)
        try damage(from: 4096)
        #expect(try server.curl("/healthz").status == 200)
        let list = try server.curl("/runs?limit=200")
        #expect(list.status == 503)
        #expect((list.json["detail"] as? String)?.contains("\(database) is damaged") == true)
        let refused = try server.post(#"{"command": ["true"]}"#)
        #expect(refused.status == 503 || refused.status == 201)
        let run = try server.curl("/runs/\(id)").json
        #expect(run["state"] as? String == "running")
        _ = try server.curl("/runs/\(id)/cancel", ["--request", "POST"])
        #expect(try server.curl("/runs/\(id)?wait=60s").json["outcome"] as? String == "cancelled")
    }

    /// Changes the record of a run while no server has the database.
    private func damage(_ id: String, _ path: String, _ value: Int64) throws {
        let script = """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1])
            database.execute("UPDATE runs SET document = json_set(document, ?, ?) WHERE id = ?",
                (sys.argv[3], int(sys.argv[4]), sys.argv[2]))
            database.commit()
            """
        try #require(try Tool.run("python3", ["-c", script, database, id, path, "\(value)"]).status == 0)
    }

    @Test(.enabled(if: Tool.find("python3") != nil, "python3 is not installed"))
    func `a run whose record is damaged stops no server: it is told of, its processes end, and it can be deleted`()
        throws
    {
        var server: RunningServer? = try RunningServer(in: directory)
        let sound = try #require(try server!.finished(#"{"command": ["true"]}"#)["id"] as? String)
        let id = try running(server!)
        let pid = try #require(try server!.curl("/runs/\(id)").json["pid"] as? Int)
        server!.kill()
        server = nil
        try damage(id, "$.layout.columnCount", -1)

        server = try RunningServer(in: directory)
        try waitUntil { kill(Int32(pid), 0) != 0 }
        // Another test's server in the same cgroup, started meanwhile, may have ended them before this one could.
        let words = ["left as it is (its processes were ended: \(pid))", "left as it is"]
        let log = server!.log
        #expect(words.contains { log.contains("\($0): the record of run \(id)") })
        let list = try server!.curl("/runs").json
        #expect((list["runs"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == [sound])
        let unreadable = try #require((list["unreadable"] as? [[String: String]])?.first)
        #expect(unreadable["id"] == id)
        #expect(unreadable["detail"]?.contains("layout.columnCount cannot be") == true)
        let page = try server!.curl("/", ["--header", "Accept: text/html"])
        #expect(page.body.contains("the record of run \(id) cannot be understood"))
        for path in ["", "/measurements.csv", "/series", "/power.svg", "/metrics", "/events"] {
            #expect(try server!.curl("/runs/\(id)\(path)").status == 503)
        }
        #expect(try server!.curl("/runs/\(id)", ["--request", "DELETE"]).status == 204)
        #expect(try server!.curl("/runs").json["unreadable"] == nil)
        #expect(try server!.curl("/runs/\(id)", ["--request", "DELETE"]).status == 404)
        #expect(server!.terminate() == 0)
    }
}
