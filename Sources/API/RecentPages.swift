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

    private struct Page {
        /// By which it was chosen; compared unread, for reading it costs as much as the answer.
        let form: HTTPHeaders
        let response: HTTPResponse
        let madeAt: MonotonicInstant
        let runs: RunCounts
    }

    private let pages = Mutex<[Page]>([])

    /// - Parameter runs: as they are now.
    func page(
        for request: HTTPRequest, runs: RunCounts, at now: MonotonicInstant = .now, make: () -> HTTPResponse
    ) -> HTTPResponse {
        let recent = pages.withLock { pages in
            pages.firstIndex { Self.isSameForm($0.form, request.headers) }
                .flatMap { pages[$0].runs == runs && now - pages[$0].madeAt < Self.lifetime ? pages[$0].response : nil }
        }
        if let recent { return recent }
        let response = make().forMany()
        pages.withLock { pages in
            pages.removeAll { Self.isSameForm($0.form, request.headers) }
            if pages.count == Self.capacity { pages.removeFirst() }
            let form = request.headers.only(Self.choosing)
            pages.append(Page(form: form, response: response, madeAt: now, runs: runs))
        }
        return response
    }

    private static let choosing: [StaticString] = ["Accept", "Accept-Encoding"]

    private static func isSameForm(_ one: HTTPHeaders, _ other: HTTPHeaders) -> Bool {
        choosing.allSatisfy { one.agrees(with: other, on: $0) }
    }
}
