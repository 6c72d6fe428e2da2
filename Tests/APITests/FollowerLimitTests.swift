import Dispatch
import HTTPServer
import Runs
import Synchronization
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

    private func submit(_ specification: RunSpecification, to engine: RunEngine) throws -> Run {
        let stored = DispatchSemaphore(value: 0)
        let answer = Mutex<Result<Run, RunError>?>(nil)
        try engine.submit(specification, idempotencyKey: nil) { result in
            answer.withLock { $0 = result }
            stored.signal()
        }
        stored.wait()
        return try #require(answer.withLock { $0 }).get()
    }
}
