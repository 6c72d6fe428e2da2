import HTTPServer
import Runs
import Storage

extension ErgometerAPI {
    /// Answers from another thread, because the answer takes long to make.
    func inBackground(_ work: BackgroundWork, _ make: @escaping @Sendable () throws -> HTTPResponse) -> HTTPReply {
        .later { responder in
            let isTaken = work.submit {
                do { responder.respond(try make()) } catch { responder.respond(Self.problem(error).response) }
            }
            if !isTaken { responder.respond(Self.busy.response) }
        }
    }

    /// Answers a question about runs: at once, but in the background where all runs must be looked through.
    func answer(_ query: RunQuery, _ make: @escaping @Sendable (RunPage) throws -> HTTPResponse) throws -> HTTPReply {
        let answer = { @Sendable [self] in try make(try stored { try database.runs(query) }) }
        return query.readsAll ? inBackground(searches, answer) : .now(try answer())
    }

    private static let busy = HTTPProblem(
        .serviceUnavailable, title: "Too much asked at a time",
        detail: "Others wait for their pictures or lists already; try again later.", headers: ["Retry-After": "1"])
}
