import HTTPServer
import Runs

extension ErgometerAPI {
    /// `GET /runs/{id}/events`: server-sent events until the run is over.
    func followRun(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        let run = try run(for: request)
        let lastEventID = request.header("Last-Event-ID")
        guard feeds.followerCount < feeds.maximumFollowers else { throw tooManyFollow }
        if let feed = feeds.feed(of: run, in: engine) {
            return .now(Self.eventStream(feed.join(lastEventID: lastEventID)))
        }
        // 204 tells an EventSource that has heard of the end not to come back.
        if lastEventID == Self.finalEventID { return .now(HTTPResponse(status: .noContent)) }
        let finished = try self.run(for: request)
        return .now(Self.eventStream(.bytes(RunFeed.event("finished", id: Self.finalEventID, finished))))
    }

    private var tooManyFollow: HTTPProblem {
        HTTPProblem(
            .serviceUnavailable, title: "Too many follow",
            detail: "\(feeds.maximumFollowers) clients follow runs already; try again later.",
            headers: ["Retry-After": "10"])
    }

    /// The id of the one event of a run that is over: the same for ever.
    private static let finalEventID = "finished"

    private static func eventStream(_ body: HTTPBody) -> HTTPResponse {
        HTTPResponse(
            status: .ok, headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"], body: body)
    }
}
