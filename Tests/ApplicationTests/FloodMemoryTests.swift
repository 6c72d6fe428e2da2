import Foundation
import Glibc
import TestSupport
import Testing

/// What clients that never come to an end cost the server in memory.
@Suite(.enabled(if: Tool.find("python3") != nil, "python3 is not installed")) struct FloodMemoryTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// What many clients send and wait behind, and what each may cost.
    struct Flood: CustomTestStringConvertible {
        let testDescription: String
        let clients: Int
        let head: String
        /// Bytes behind the head, as far as the server takes them.
        let filler: Int
        let kibibytesEach: Int
    }

    private static let floods = [
        Flood(
            testDescription: "heads that do not end", clients: 400, head: "GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
            filler: 30_000, kibibytesEach: 64),
        Flood(
            testDescription: "heads beyond all bounds", clients: 100, head: "GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
            filler: 100_000, kibibytesEach: 64),
        Flood(
            testDescription: "bodies of strangers", clients: 100,
            head: "POST /runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1048576\r\n\r\n", filler: 1_000_000, kibibytesEach: 64),
        Flood(
            testDescription: "bodies that nobody wants", clients: 100,
            head: "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000000\r\n\r\n", filler: 2 << 20,
            kibibytesEach: 64),
        Flood(
            testDescription: "bodies of the owner", clients: 50,
            head: "POST /runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer TOKEN\r\nContent-Length: 1048576\r\n\r\n", filler: 1_000_000,
            kibibytesEach: 2048),
    ]

    /// Connects so many clients, and says when each has sent what it is allowed to.
    private static let clients = """
        import socket, sys
        port, count, filler = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[4])
        data = sys.argv[3].encode() + b"x" * filler
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
        for client in clients:
            client.settimeout(5)
            try: client.sendall(data)
            except OSError: pass
        print("sent", flush=True)
        sys.stdin.read()
        """

    private func residentKibibytes(_ server: RunningServer) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.pid)/status", encoding: .utf8)
        return Int(status.firstMatch(of: /VmRSS:\s*(\d+) kB/)?.output.1 ?? "") ?? 0
    }

    /// What has come for the server and was not read yet, by `/proc/net/tcp`.
    private func unreadBytes(_ server: RunningServer) throws -> Int {
        let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
        return table.matches(of: /: [0-9A-F]+:([0-9A-F]+) [0-9A-F:]+ [0-9A-F]+ [0-9A-F]+:([0-9A-F]+)/)
            .filter { Int($0.output.1, radix: 16) == server.port }
            .reduce(0) { $0 + (Int($1.output.2, radix: 16) ?? 0) }
    }

    @Test(
        .disabled(if: getenv("TESTS_SANITIZER") != nil, "a sanitizer keeps memory of its own"), arguments: floods)
    func `memory is bounded for each client, whatever it sends`(flood: Flood) throws {
        let server = try RunningServer(in: directory)
        #expect(try server.curl("/healthz").status == 200)
        let before = try residentKibibytes(server)
        try #require(before > 0)
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: Tool.find("python3") ?? "python3")
        let head = flood.head.replacing("TOKEN", with: server.token)
        process.arguments = ["-c", Self.clients, "\(server.port)", "\(flood.clients)", head, "\(flood.filler)"]
        process.standardInput = input
        process.standardOutput = output
        try process.runWithAllSignals()
        try process.bounded { _ = output.fileHandleForReading.availableData }
        try waitUntil { try unreadBytes(server) == 0 }
        #expect(try server.curl("/healthz").status == 200)
        let each = (try residentKibibytes(server) - before) / flood.clients
        #expect(each <= flood.kibibytesEach, "\(each) KiB for each of \(flood.testDescription)")
        try input.fileHandleForWriting.close()
        try process.bounded { process.waitUntilExit() }
    }
}
