import Dispatch
import Foundation
import Glibc
import HTTPServer
import Runs
import Synchronization
import TestSupport
import Testing

@testable import API

@Suite struct FollowerLimitTests {
    @Test func `who finds half of the connections following is told to come back`() throws {
        let api = try TestAPI()
        let run = try submit(RunSpecification(command: .arguments(["sleep", "1000"])), to: api.engine)
        func follow() throws -> HTTPReply {
            try api.reply(
                .get, "/runs/{id}/events",
                HTTPRequest(
                    method: .get, path: "/runs/\(run.id)/events", pathParameters: ["id": run.id.description]))
        }
        for _ in 0..<20 { _ = try follow() }
        let problem = #expect(throws: HTTPProblem.self) { try follow() }
        #expect(problem?.status == .serviceUnavailable)
        #expect(problem?.headers["Retry-After"] != nil)
    }

    @Test func `who follows a run that has no news is reminded, and forgotten when it has gone`() throws {
        var limits = ClientLimits(connections: 40)
        limits.reminderInterval = .milliseconds(5)
        let api = try TestAPI(limits: limits)
        _ = try submit(RunSpecification(command: .arguments(["sleep", "1000"])), to: api.engine)
        let waiting = try submit(RunSpecification(command: .arguments(["true"])), to: api.engine)
        let address = try #require(HTTPListenAddress(host: "127.0.0.1", port: 0))
        let server = HTTPServer(configuration: HTTPServerConfiguration(address: address), routes: api.api.routes)
        try server.start()
        defer { server.stop() }
        let follower = Pipe()
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments = [
            "curl", "--silent", "--no-buffer", "http://127.0.0.1:\(server.port!)/runs/\(waiting.id)/events",
        ]
        curl.standardOutput = follower
        try curl.run()
        var heard = ""
        while heard.components(separatedBy: ": nothing new\n\n").count < 4 {
            let data = follower.fileHandleForReading.availableData
            try #require(!data.isEmpty, "it was let go: \(heard)")
            heard += String(decoding: data, as: UTF8.self)
        }
        #expect(heard.hasPrefix("event: state\nid: 1\n") && heard.components(separatedBy: "event: ").count == 2)
        #expect(api.api.feeds.followerCount == 1)
        kill(curl.processIdentifier, SIGKILL)
        try waitUntil { api.api.feeds.followerCount == 0 }
    }

    @Test func `those who come at once to a run that nobody follows yet follow the same`() throws {
        let api = try TestAPI()
        _ = try submit(RunSpecification(command: .arguments(["sleep", "1000"])), to: api.engine)
        let (all, engine) = (api.api.feeds, api.engine)
        for _ in 0..<50 {
            let run = try submit(RunSpecification(command: .arguments(["true"])), to: api.engine)
            let feeds = Mutex<[ObjectIdentifier?]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                let feed = all.feed(of: run, in: engine)
                feeds.withLock { $0.append(feed.map(ObjectIdentifier.init)) }
            }
            #expect(Set(feeds.withLock { $0 }).count == 1)
        }
    }

    private func submit(_ specification: RunSpecification, to engine: RunEngine) throws -> Run {
        let stored = DispatchSemaphore(value: 0)
        let answer = Mutex<Result<Run, RunError>?>(nil)
        try engine.submit(specification, idempotencyKey: nil) { result in
            answer.withLock { $0 = result }
            stored.signal()
        }
        let patience = DispatchTime.now() + WaitedInVain.patience / .seconds(1)
        guard stored.wait(timeout: patience) == .success else { throw WaitedInVain(fileID: #fileID, line: #line) }
        return try #require(answer.withLock { $0 }).get()
    }
}
