import Foundation
import Glibc
import TestSupport

/// `ergometer serve` as a process of its own, with curl as its client.
final class RunningServer {
    let port: Int
    let directory: String
    private let process: Process
    private let output = Pipe()

    enum Failure: Error {
        case didNotStart(String)
    }

    /// Starts the server on a port of the system's choice and waits for its greeting.
    ///
    /// - Parameter wrapper: a command that executes the server, such as `unshare --mount`.
    init(
        in directory: TemporaryDirectory, options: [String] = [], environment: [String: String] = [:],
        wrapper: [String] = []
    ) throws {
        self.directory = directory.path
        process = Process()
        let command =
            wrapper + [
                Tool.built("ergometer"), "serve", "--listen", "127.0.0.1:0", "--data-dir", "\(directory.path)/data",
            ]
            + options
        process.executableURL = URL(fileURLWithPath: Tool.find(command[0]) ?? command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        let log = "\(directory.path)/log"
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try errors.seekToEnd()
        process.standardError = errors
        try process.runWithAllSignals()
        greeting = try Self.greeting(of: process, on: output.fileHandleForReading, log: log)
        port = Int(greeting.firstMatch(of: /listens on \w+:..[^:]*:(\d+)/)?.output.1 ?? "") ?? 0
    }

    private static func greeting(of process: Process, on output: FileHandle, log: String) throws -> String {
        try process.bounded {
            var greeting = ""
            while !greeting.contains("In a browser:") {
                let data = output.availableData
                if data.isEmpty {
                    process.waitUntilExit()
                    throw Failure.didNotStart(greeting + ((try? String(contentsOfFile: log, encoding: .utf8)) ?? ""))
                }
                greeting += String(decoding: data, as: UTF8.self)
            }
            return greeting
        }
    }

    /// What it printed when it started.
    let greeting: String

    deinit {
        if process.isRunning { kill() }
    }

    /// What it has written to standard error, and servers before it in the same directory.
    var log: String { (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? "" }

    var pid: Int32 { process.processIdentifier }

    var token: String {
        ((try? String(contentsOfFile: "\(directory)/data/token", encoding: .utf8)) ?? "")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// SIGKILL, as the kernel's out-of-memory killer would.
    func kill() {
        Glibc.kill(pid, SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM; returns the exit code.
    func terminate() -> Int32 {
        process.terminate()
        try? process.bounded { process.waitUntilExit() }
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }
}

/// What curl got.
struct Answer {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: String

    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
    }
}

extension RunningServer {
    /// - Parameter options: curl's own, such as `--json`.
    func curl(_ path: String, _ options: [String] = [], authorized: Bool = true) throws -> Answer {
        let headers = authorized ? ["--header", "Authorization: Bearer \(token)"] : []
        let tool = try Tool.run(
            "curl",
            [
                "--silent", "--show-error", "--max-time", "60", "--path-as-is", "--include",
                "http://127.0.0.1:\(port)\(path)",
            ]
                + headers + options)
        // After `100 Continue` comes another head.
        var text = tool.output[...]
        while text.hasPrefix("HTTP/1.1 100") {
            text = text[(text.range(of: "\r\n\r\n")?.upperBound ?? text.endIndex)...]
        }
        let end = text.range(of: "\r\n\r\n")
        let head = text[..<(end?.lowerBound ?? text.endIndex)].components(separatedBy: "\r\n")
        let fields = head.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        return Answer(
            status: Int(head.first?.split(separator: " ").dropFirst().first ?? "") ?? 0,
            headers: Dictionary(fields) { first, _ in first },
            body: String(text[(end?.upperBound ?? text.endIndex)...]))
    }

    func post(_ json: String) throws -> Answer {
        try curl("/runs", ["--json", json])
    }

    /// Posts a run and waits for its end.
    func finished(_ json: String) throws -> [String: Any] {
        let id = try post(json).json["id"] as? String ?? ""
        return try curl("/runs/\(id)?wait=60s").json
    }

    func waitUntilRunning(_ id: String, fileID: String = #fileID, line: Int = #line) throws {
        try waitUntil(fileID: fileID, line: line) { try curl("/runs/\(id)").json["state"] as? String == "running" }
    }

    /// The rows of a run's CSV, by column name.
    func rows(of id: String, query: String = "") throws -> [[String: String]] {
        CSVRows.parse(try curl("/runs/\(id)/measurements.csv\(query)").body)
    }
}

enum CSVRows {
    /// Good for what has no quotes, which is all that a run of these tests gives.
    static func parse(_ text: String) -> [[String: String]] {
        let lines = text.split(separator: "\n").map { $0.split(separator: ";", omittingEmptySubsequences: false) }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { cells in
            Dictionary(uniqueKeysWithValues: zip(header, cells).map { (String($0), String($1)) })
        }
    }

    /// The sum of a metric's values.
    static func sum(_ metric: String, in rows: [[String: String]]) -> Double {
        rows.filter { $0["metric"] == metric }.compactMap { Double($0["value"] ?? "") }.reduce(0, +)
    }
}
