import Analysis
import Exposition
import HTTPServer
import Measurement
import Runs

extension ErgometerAPI {
    /// `GET /runs/{id}/series`: rates over time, reduced to as many points as a picture is wide.
    func showSeries(_ request: HTTPRequest) throws -> HTTPReply {
        let parameters = try QueryParameters(
            request, known: ["points", "from", "to", "metric"], repeatable: ["metric"])
        var wanted = try PictureRequest(parameters)
        wanted.points = try parameters.number("points", in: 1...4000) ?? wanted.points
        wanted.metrics = Set(
            request.query.filter { $0.name == "metric" }.flatMap { $0.value.utf8.split(separator: UInt8(ascii: ",")) }
                .map { String(Substring($0)) })
        let run = try run(for: request)
        try Self.check(wanted.metrics, of: run)
        return picture(of: run, to: request) { [self, wanted] in try series(of: run, wanted) }
    }

    /// Makes a picture in the background. One of a run that is over is the same for ever: who has it is told so at once.
    func picture(
        of run: Run, to request: HTTPRequest, _ make: @escaping @Sendable () throws -> HTTPResponse
    ) -> HTTPReply {
        var tag: EntityTag?
        if run.state == .finished {
            let parts = [Self.version, request.path] + request.query.flatMap { [$0.name, $0.value] }
            tag = EntityTag(of: parts.joined(separator: "\n").utf8)
        }
        if let tag, tag.isKnown(to: request) { return .now(tag.notModified) }
        return inBackground(reductions) { [tag] in try make().unlessKnown(to: request, as: tag) }
    }

    func series(of run: Run, _ request: PictureRequest) throws -> HTTPResponse {
        let picture = try stored { try PictureReader.picture(of: run, request, in: database) }
        let start = run.startedAt.map { "\"started_at\":\"\(TimestampText.text(of: $0.wall))\"," } ?? ""
        let head = "\"run\":\"\(run.id)\",\(start)\"state\":\"\(run.state.rawValue)\""
        return HTTPResponse(
            contentType: "application/json", body: .bytes(SeriesJSON.document(picture, head: head)))
    }

    /// A name that no series of the run has is an error; of a run without series nobody can tell.
    private static func check(_ metrics: Set<String>, of run: Run) throws {
        guard let layout = run.layout else { return }
        let known = Set(layout.allSeries.map(\.metric.name))
        guard let unknown = metrics.subtracting(known).min() else { return }
        let message = "\"\(unknown)\" is no metric of this run, which has: \(known.sorted().joined(separator: ", "))"
        throw HTTPProblem(
            .notFound, title: "No such metric", detail: "metric \(message).", errors: [.init("metric", message)])
    }
}
