import Foundation
import TestSupport
import Testing

/// Server-sent events.
@Suite struct EventsTests {
    private let server: RunningServer
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        server = try RunningServer(in: directory)
    }

    private struct Event {
        let name: String
        let id: String
        let run: [String: Any]
    }

    private func events(in text: String) -> [Event] {
        text.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { block in
            let fields = Dictionary(
                block.split(separator: "\n").compactMap { line -> (String, String)? in
                    guard let colon = line.range(of: ": ") else { return nil }
                    return (String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
                }
            ) { first, _ in first }
            let data = Data((fields["data"] ?? "").utf8)
            let run = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
            return Event(name: fields["event"] ?? "", id: fields["id"] ?? "", run: run)
        }
    }

    @Test func `a follower sees a run from where it stands to its end`() throws {
        let id = try #require(try server.post(#"{"command": ["sleep", "1.5"]}"#).json["id"] as? String)
        let answer = try server.curl("/runs/\(id)/events")
        #expect(answer.headers["content-type"] == "text/event-stream")
        let seen = events(in: answer.body)
        #expect(["queued", "running"].contains(seen.first?.run["state"] as? String))
        #expect(seen.contains { $0.name == "progress" && ($0.run["totals"] as? [Any])?.isEmpty == false })
        #expect(seen.last?.name == "finished" && seen.last?.run["outcome"] as? String == "exited")
        #expect(seen.filter { $0.name == "finished" }.count == 1)
        #expect(Set(seen.map(\.id)).count == seen.count)
    }

    @Test func `who comes back is spared what it has seen`() throws {
        let id = try #require(try server.post(#"{"command": ["true"]}"#).json["id"] as? String)
        _ = try server.curl("/runs/\(id)?wait=60s")
        let late = events(in: try server.curl("/runs/\(id)/events").body)
        #expect(late.map(\.name) == ["finished"])
        let again = try server.curl("/runs/\(id)/events", ["--header", "Last-Event-ID: \(late[0].id)"])
        #expect(again.status == 204)
        #expect(try server.curl("/runs/00000000000000000000000000/events").status == 404)
    }

    @Test func `a thousand follow one run, some of whom never read, and others are served meanwhile`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let trial = try Tool.run(
            root.appendingPathComponent("scripts/follower-trial").standardized.path,
            [Tool.built("ergometer"), "1000"], within: Tool.trial)
        #expect(trial.status == 0, "\(trial.output)\(trial.errors)")
        #expect(trial.output.contains("findings: 0"))
    }
}
