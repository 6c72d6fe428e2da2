import HTTPServer
import Runs
import Testing

@testable import API

@Suite struct WaitLimitTests {
    @Test func `who finds an eighth of the connections waiting is told to come back`() throws {
        let api = try TestAPI()
        let run = try api.store(RunSpecification(command: .shell("true")))
        func wait() throws -> HTTPReply {
            try api.reply(
                .get, "/runs/{id}",
                HTTPRequest(
                    method: .get, path: "/runs/\(run.id)", query: [("wait", "1m")],
                    pathParameters: ["id": run.id.description]))
        }
        for _ in 0..<5 {
            guard case .later = try wait() else { return #expect(Bool(false), "the run is not over") }
        }
        let problem = #expect(throws: HTTPProblem.self) { try wait() }
        #expect(problem?.status == .serviceUnavailable)
        #expect(problem?.headers["Retry-After"] != nil)
    }

    @Test func `a place that is given back is free`() {
        let limit = WaitLimit(maximum: 3)
        for _ in 0..<3 { #expect(limit.enter()) }
        #expect(!limit.enter())
        limit.leave()
        #expect(limit.enter())
        #expect(!limit.enter())
    }
}
