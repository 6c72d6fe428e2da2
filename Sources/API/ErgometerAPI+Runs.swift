import HTTPServer
import LinuxSystem
import Measurement
import Runs
import Storage

extension ErgometerAPI {
    /// `POST /runs`: answered when the run is on disk. A submission that is repeated under its `Idempotency-Key` is
    /// answered with the run that it led to the first time.
    func submitRun(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        let key = try Self.idempotencyKey(of: request)
        let specification = try RunRequest.parse(request.body)
        return .later { [engine, database] responder in
            do {
                try engine.submit(
                    specification, idempotencyKey: key, stored: { try database.run(idempotencyKey: $0) }
                ) { result in
                    responder.respond { Self.response(to: result) }
                }
            } catch {
                responder.respond(Self.problem(error).response)
            }
        }
    }

    private static func idempotencyKey(of request: HTTPRequest) throws -> String? {
        guard let key = request.header("Idempotency-Key") else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw HTTPProblem(
                .badRequest, title: "Invalid header",
                detail: "Idempotency-Key must have 1 to 255 printable ASCII characters.")
        }
        return key
    }

    /// `GET /runs`: newest first, page by page.
    func listRuns(_ request: HTTPRequest) throws -> HTTPReply {
        let parameters = try QueryParameters(
            request, known: ["limit", "cursor", "state", "name", "search", "label"], repeatable: ["label"])
        let limit = try parameters.number("limit", in: 1...200)
        let state: RunState? = try parameters.choice("state")
        let query = RunQuery(
            limit: limit ?? 50, before: try Self.cursor(parameters), state: state,
            name: parameters["name"], search: parameters["search"], labels: try parameters.pairs("label"))
        return try answer(query) { [self] page in
            // The store lags behind a little: what has gone on to another state meanwhile is not of that state any more.
            let current = page.runs.map { engine.run($0.id) ?? $0 }.filter { state == nil || $0.state == state }
            var response = try HTTPResponse.json(RunListResource(current, unreadable: page.unreadable))
            if let next = page.next {
                let kept = request.query.filter { $0.name != "cursor" }
                    .map { "\($0.name)=\(percentEncoded($0.value))&" }
                response.headers["Link"] = "</runs?\(kept.joined())cursor=\(next)>; rel=\"next\""
            }
            return response.unlessKnown(to: request)
        }
    }

    /// `GET /runs/{id}`: as it stands, or with `wait` as soon as it has finished.
    func showRun(_ request: HTTPRequest) throws -> HTTPReply {
        let parameters = try QueryParameters(request, known: ["wait"])
        if request.prefersPage { return try showRunPage(request) }
        let patience = try parameters.duration("wait").map { min($0, Self.longestWait) }
        let run = try run(for: request)
        guard let patience, run.state != .finished else {
            return .now(try Self.shown(run, to: request))
        }
        guard waits.enter() else { throw tooManyWait }
        return .later { [self] responder in
            engine.wait(for: run.id, until: .now.advanced(by: patience)) { [self] _ in
                waits.leave()
                responder.respond { [self] in
                    Self.response { try Self.shown(current(run.id) ?? run, to: request) }
                }
            }
        }
    }

    /// For programs; people get a page.
    private static func shown(_ run: Run, to request: HTTPRequest) throws -> HTTPResponse {
        var response = try HTTPResponse.json(RunResource(run, showsEnvironment: request.role == .owner))
        response.headers["Vary"] = "Accept"
        return response.unlessKnown(to: request)
    }

    private var tooManyWait: HTTPProblem {
        HTTPProblem(
            .serviceUnavailable, title: "Too many wait",
            detail: "\(waits.maximum) clients wait already; ask without `wait`, or try again later.",
            headers: ["Retry-After": "10"])
    }

    /// `POST /runs/{id}/cancel`: the run ends soon, or has never begun; `?wait=` tells when.
    func cancelRun(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        let run = try run(for: request)
        guard try stored({ try engine.cancel(run.id) }) else {
            throw HTTPProblem(.conflict, title: "Already over", detail: "The run is over: there is nothing to cancel.")
        }
        return .now(try .json(RunResource(try stored { try current(run.id) } ?? run), status: .accepted))
    }

    /// `DELETE /runs/{id}`: the run and its measurements, for good.
    func deleteRun(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        // One whose record is damaged can be deleted, too.
        guard let id = request.runID, try engine.run(id) != nil || stored({ try database.contains(id) }) else {
            throw Self.noSuchRun
        }
        return .later { [engine] responder in
            do {
                try engine.delete(id) { failure in
                    let problem = failure.map { Self.problem(RunError.notStored($0)).response }
                    responder.respond(problem ?? HTTPResponse(status: .noContent))
                }
            } catch {
                responder.respond(Self.problem(error).response)
            }
        }
    }

    /// Whoever wants to wait longer asks again.
    private static let longestWait = Duration.seconds(60)

    /// The run that the path names.
    func run(for request: HTTPRequest) throws -> Run { try run(request.runID) }

    func run(named text: String) throws -> Run { try run(RunID(text)) }

    private func run(_ id: RunID?) throws -> Run {
        guard let id, let run = try stored({ try current(id) }) else { throw Self.noSuchRun }
        return run
    }

    private static let noSuchRun = HTTPProblem(
        .notFound, title: "No such run", detail: "There is no run of that id; GET /runs lists those there are.")

    private func current(_ id: RunID) throws -> Run? {
        if let run = engine.run(id) { return run }
        return try database.run(id)
    }

    static func cursor(_ parameters: QueryParameters) throws -> RunID? {
        guard let text = parameters["cursor"] else { return nil }
        if let cursor = RunID(text) { return cursor }
        throw QueryParameters.problem("cursor", "must be taken from the Link header of the page before")
    }
}

// MARK: - Errors as HTTP

extension ErgometerAPI {
    private static func response(to result: Result<Run, RunError>) -> HTTPResponse {
        response {
            let run = try result.get()
            var response = try HTTPResponse.json(RunResource(run), status: .created)
            response.headers["Location"] = "/runs/\(run.id)"
            return response
        }
    }

    private static func response(_ make: () throws -> HTTPResponse) -> HTTPResponse {
        do { return try make() } catch { return problem(error).response }
    }

    /// Reads from the store; its failures are the service's, not the client's.
    func stored<Answer>(_ read: () throws -> Answer) throws -> Answer {
        do { return try read() } catch { throw Self.problem(error) }
    }

    static func problem(_ error: any Error) -> HTTPProblem {
        switch error {
        case let problem as HTTPProblem: problem
        case let error as EventSelectionError:
            RunRequest.problem(
                FaultList(error.faults.lazy.map { .init("/events/\($0.index)", "\"\($0.name)\" \($0.message)") }))
        case RunError.refused(let faults): RunRequest.problem(FaultList(faults))
        case RunError.queueFull(let limit):
            HTTPProblem(
                .serviceUnavailable, title: "Queue full",
                detail: "\(limit) runs wait already; try again when some have finished.",
                headers: ["Retry-After": "10"])
        case RunError.idempotencyKeyReused:
            HTTPProblem(
                .unprocessableContent, title: "Idempotency-Key used before",
                detail: "The key belongs to a run with another specification; take a new one for a new run.")
        case RunError.notOver:
            HTTPProblem(
                .conflict, title: "Not over", detail: "The run is queued or running; cancel it before deleting it.")
        case RunError.shuttingDown:
            HTTPProblem(.serviceUnavailable, title: "Shutting down", detail: "The server is going down.")
        case RunError.notStored(let failure):
            storageProblem(failure, title: "Not stored", detail: "Nothing was changed: \(failure)")
        case let error as StorageError:
            storageProblem(
                error, title: error.code == .corrupt ? "What is stored is damaged" : "Storage does not answer",
                detail: error.message)
        default:
            HTTPProblem(.internalServerError, detail: "The server's log says more.")
        }
    }
}

extension ErgometerAPI {
    /// Reading or writing: a full disk is the client's to wait for, whatever else is wrong the operator's to mend.
    private static func storageProblem(_ failure: any Error, title: String, detail: String) -> HTTPProblem {
        let isFull = (failure as? StorageError)?.code == .diskFull
        let isBusy = (failure as? StorageError)?.code == .locked
        return HTTPProblem(
            isFull ? .insufficientStorage : .serviceUnavailable, title: title, detail: detail,
            headers: isBusy ? ["Retry-After": "1"] : [:])
    }
}

extension HTTPRequest {
    /// What the path names; nil when that is no id.
    fileprivate var runID: RunID? { RunID(pathParameters["id"] ?? "") }
}

func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
        let character = Character(Unicode.Scalar(byte))
        if character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character)) {
            return String(character)
        }
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "%0\(digits)" : "%\(digits)"
    }.joined()
}
