import Foundation
import Glibc
import TestSupport

/// Debian's Prometheus as a process of its own, on loopback, with its data in a directory of the test.
final class RunningPrometheus {
    private let process = Process()
    private let log = Pipe()
    private var port = ""

    enum Failure: Error {
        case didNotStart(String)
        case refused(String)
    }

    /// One answer to a query: the labels of a series and its value.
    struct Sample {
        let labels: [String: String]
        let value: Double
    }

    /// - Parameters:
    ///   - configuration: a `prometheus.yml`.
    ///   - directory: where it is written, and where paths in it begin.
    init(_ configuration: String, in directory: TemporaryDirectory) throws {
        let path = "\(directory.path)/prometheus.yml"
        try configuration.write(toFile: path, atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: Tool.find("prometheus") ?? "prometheus")
        process.arguments = [
            "--config.file=\(path)", "--storage.tsdb.path=\(directory.path)/tsdb", "--web.listen-address=127.0.0.1:0",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log
        try process.runWithAllSignals()
        port = try waitForPort()
    }

    deinit {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Scrapes servers under the names of jobs.
    static func configuration(scraping ports: KeyValuePairs<String, Int>, every interval: String = "400ms") -> String {
        ports.reduce("global: { scrape_interval: \(interval) }\nscrape_configs:\n") { text, job in
            text + "  - { job_name: \(job.key), static_configs: [{ targets: [\"127.0.0.1:\(job.value)\"] }] }\n"
        }
    }

    /// What an instant query gives, now.
    func query(_ expression: String) throws -> [Sample] {
        let tool = try Tool.run(
            "curl",
            [
                "--silent", "--show-error", "--max-time", "30", "--data-urlencode", "query=\(expression)",
                "http://127.0.0.1:\(port)/api/v1/query",
            ])
        let answer = try? JSONSerialization.jsonObject(with: Data(tool.output.utf8)) as? [String: Any]
        guard answer?["status"] as? String == "success", let data = answer?["data"] as? [String: Any] else {
            throw Failure.refused("\(expression): \(tool.output)\(tool.errors)")
        }
        if data["resultType"] as? String == "scalar" {
            return [Sample(labels: [:], value: Self.number(data["result"]))]
        }
        return (data["result"] as? [[String: Any]] ?? []).map { series in
            Sample(labels: series["metric"] as? [String: String] ?? [:], value: Self.number(series["value"]))
        }
    }

    /// Asks until the answer is as it should be, for a minute at most.
    ///
    /// - Returns: the answer, or nil when it never was.
    func wait(for expression: String, until isRight: ([Sample]) -> Bool) throws -> [Sample]? {
        for _ in 0..<300 {
            let samples = try query(expression)
            if isRight(samples) { return samples }
            // What changes is another process's doing, which tells nobody.
            poll(nil, 0, 200)
        }
        return nil
    }

    private static func number(_ point: Any?) -> Double {
        Double((point as? [Any])?.last as? String ?? "") ?? .nan
    }

    /// `msg="Listening on" address=127.0.0.1:39581`, and before queries are answered
    /// `msg="Server is ready to receive web requests."`
    private func waitForPort() throws -> String {
        var text = ""
        while true {
            let data = log.fileHandleForReading.availableData
            if data.isEmpty { throw Failure.didNotStart(text) }
            text += String(decoding: data, as: UTF8.self)
            let complete = text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
            guard complete.contains("Server is ready"),
                let line = complete.split(separator: "\n").first(where: { $0.contains("\"Listening on\"") }),
                let address = line.split(separator: " ").first(where: { $0.hasPrefix("address=") })
            else { continue }
            log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
            return String(address.split(separator: ":").last ?? "")
        }
    }
}
