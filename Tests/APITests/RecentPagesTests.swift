import HTTPServer
import Measurement
import Runs
import Testing

@testable import API

@Suite struct RecentPagesTests {
    private let pages = RecentPages()
    private let idle = RunCounts(queued: 0, running: 0, finished: 0)

    /// Which of all pages that were made the client gets.
    private func page(
        _ number: String, accept: String = "*/*", _ runs: RunCounts? = nil, milliseconds: Int64 = 0
    ) -> String? {
        let request = HTTPRequest(method: .get, path: "/metrics", headers: ["Accept": accept])
        let now = MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
        return pages.page(for: request, runs: runs ?? idle, at: now) {
            HTTPResponse(status: .ok, headers: ["Number": number])
        }
        .headers["Number"]
    }

    @Test func `scrapes within a tenth of a second get the same page`() {
        #expect(page("first") == "first")
        #expect(page("second", milliseconds: 99) == "first")
        #expect(page("third", milliseconds: 100) == "third")
    }

    @Test(
        arguments: [
            RunCounts(queued: 1, running: 0, finished: 0), RunCounts(queued: 0, running: 1, finished: 0),
            RunCounts(queued: 0, running: 0, finished: 1),
        ])
    func `a run that changed its state is on the next page`(runs: RunCounts) {
        #expect(page("first") == "first")
        #expect(page("second", runs) == "second")
    }

    @Test func `each form has a page of its own, and no more are kept than eight`() {
        #expect(page("text") == "text")
        for number in 1...8 { #expect(page("\(number)", accept: "text/plain;v=\(number)") == "\(number)") }
        #expect(page("8 again", accept: "text/plain;v=8") == "8")
        #expect(page("text again") == "text again")
    }
}
