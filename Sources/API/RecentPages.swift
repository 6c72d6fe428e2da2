import HTTPServer
import LinuxSystem
import Measurement
import Runs
import Synchronization

/// The page of `/metrics` as it was last made, in each form that clients ask for.
///
/// Scrapers that come within a tenth of a second share one, unless a run went from one state to another meanwhile: making
/// a page costs some ten times what handing it out does. See docs/decisions/0023.
final class RecentPages: Sendable {
    private static let lifetime = Duration.milliseconds(100)
    /// Of forms that are kept; clients can ask for any number.
    private static let capacity = 8

    /// What a client asked for, unread: reading it costs as much as the answer.
    private struct Form: Hashable {
        let accept: [String]
        let encoding: [String]
    }

    private struct Page {
        let response: HTTPResponse
        let madeAt: MonotonicInstant
        let runs: RunCounts
    }

    private let pages = Mutex<[Form: Page]>([:])

    /// - Parameter runs: as they are now.
    func page(
        for request: HTTPRequest, runs: RunCounts, at now: MonotonicInstant = .now, make: () -> HTTPResponse
    ) -> HTTPResponse {
        let form = Form(
            accept: request.headers.values(of: "Accept"), encoding: request.headers.values(of: "Accept-Encoding"))
        if let page = pages.withLock({ $0[form] }), page.runs == runs, now - page.madeAt < Self.lifetime {
            return page.response
        }
        let response = make().forMany()
        pages.withLock { pages in
            if pages.count == Self.capacity { pages.removeAll() }
            pages[form] = Page(response: response, madeAt: now, runs: runs)
        }
        return response
    }
}

/// How many runs there are in each state.
struct RunCounts: Equatable {
    let queued: Int
    let running: Int
    let finished: UInt64
}

extension RunCensus {
    var counts: RunCounts {
        RunCounts(queued: queued, running: running, finished: statistics.finished.values.reduce(0, +))
    }
}
