import Foundation
import TestSupport
import Testing

/// A server whose wall clock is set while it runs.
@Suite struct SteppedClockTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func setClock(_ seconds: Int) throws {
        // As a whole, or not at all: the server reads it at any moment.
        try Data("\(seconds)\n".utf8).write(to: URL(fileURLWithPath: "\(directory.path)/clock"), options: .atomic)
    }

    private func server() throws -> RunningServer {
        let library = "\(directory.path)/stepped_clock.so"
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../SteppedClock/stepped_clock.c").standardized.path
        let compiler = try Tool.run(LiveMachine.cCompiler!, ["-shared", "-fPIC", "-o", library, source])
        try #require(compiler.status == 0, "\(compiler.errors)")
        return try RunningServer(
            in: directory, environment: ["LD_PRELOAD": library, "STEPPED_CLOCK": "\(directory.path)/clock"])
    }

    private func submit(_ server: RunningServer, _ json: String = #"{"command": ["true"]}"#) throws -> String {
        try #require(try server.post(json).json["id"] as? String)
    }

    private func listed(_ server: RunningServer) throws -> [String] {
        (try server.curl("/runs").json["runs"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
    }

    @Test(.enabled(if: LiveMachine.cCompiler != nil, "there is no C compiler to make the clock"))
    func `a step bends no duration and no timestamp, and ids and list keep the order of submission`() throws {
        try setClock(0)
        var server: RunningServer? = try server()
        let long = try submit(server!, #"{"command": ["sleep", "600"], "interval": "10ms"}"#)
        try server!.waitUntilRunning(long)
        var ids = [long]
        for step in [-3600, 7200, -10] {
            try setClock(step)
            ids.append(try submit(server!))
        }
        _ = try server!.curl("/runs/\(long)/cancel", ["--request", "POST"])
        let run = try server!.curl("/runs/\(long)?wait=60s").json
        #expect((0..<600).contains(try #require(run["duration_seconds"] as? Double)))
        #expect((run["warnings"] as? [String] ?? []).contains { $0.hasPrefix("the machine's clock went back by 1") })
        let times = try server!.rows(of: long).compactMap { $0["timestamp"] }
        #expect(times.count > 10 && times == times.sorted())
        #expect(try #require(run["started_at"] as? String) <= times[0])
        #expect(try times.last! <= #require(run["ended_at"] as? String))

        // What comes after a restart with a clock in the past comes after everything else.
        #expect(server!.terminate() == 0)
        try setClock(-86_400)
        server = try self.server()
        ids.append(try submit(server!))
        #expect(ids == ids.sorted())
        #expect(try listed(server!) == ids.reversed())
        let last = try server!.curl("/runs/\(ids.last!)?wait=60s").json
        #expect((last["warnings"] as? [String] ?? []).allSatisfy { !$0.contains("clock") })
    }
}
