import Analysis
import Exposition
import Glibc
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
        return picture(of: run, wanted, to: request) { Self.series($0, of: run) }
    }

    /// Makes a picture in the background. One of a run that is over is the same for ever: who has it is told so at once.
    func picture(
        of run: Run, _ wanted: PictureRequest, to request: HTTPRequest,
        _ draw: @escaping @Sendable (RunPicture) -> HTTPResponse
    ) -> HTTPReply {
        let tag = Self.lastingTag(of: run, request)
        if let tag, tag.isKnown(to: request) { return .now(tag.notModified) }
        return inBackground(reductions) { [self] in
            let picture = try stored { try PictureReader.picture(of: run, wanted, in: database) }
            // A database that is damaged may be restored.
            return draw(picture).unlessKnown(to: request, as: picture.damages.isEmpty ? tag : nil)
        }
    }

    /// Tells a picture of a run that is over from all others without making it; nil while there may be more to come.
    private static func lastingTag(of run: Run, _ request: HTTPRequest) -> EntityTag? {
        guard run.state == .finished, run.closing == nil else { return nil }
        let end = "\(run.outcome.map { "\($0)" } ?? "") \(run.endedAt?.nanoseconds ?? 0)"
        let parts = [build, request.path, end] + request.query.flatMap { [$0.name, $0.value] }
        return EntityTag(of: parts.joined(separator: "\n").utf8)
    }

    /// Differs from that of any other build: which may draw otherwise.
    private static let build: String = {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return version }
        return "\(version) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }()

    static func series(_ picture: RunPicture, of run: Run) -> HTTPResponse {
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
