/// What is decided when the head of a request is complete, before its body is read.
extension HTTPDispatcher {
    /// First whether the request can be read in one way only, then its method and target, then whether it is let in,
    /// then its route, and last what the head says of the body.
    func judge(_ head: HTTPHead) -> HTTPVerdict {
        var verdict: HTTPVerdict
        do throws(HTTPProblem) {
            let framing = try HTTPFraming(head)
            let method = try HTTPDispatcher.understood(head.method)
            verdict = judge(head, method, framing)
            verdict.framing = framing
            verdict.expectsContinue = head.headers.contains("Expect")
            verdict.method = method.rawValue
        } catch {
            verdict = HTTPVerdict(outcome: .refuse(error.response, closing: true))
            verdict.method = HTTPMethod(rawValue: head.method).label
        }
        return verdict
    }

    private func judge(_ head: HTTPHead, _ method: HTTPMethod, _ framing: HTTPFraming) -> HTTPVerdict {
        do throws(HTTPProblem) {
            var request = try HTTPDispatcher.request(head, method)
            if let refusal = admit(&request) { return HTTPVerdict(outcome: .refuse(refusal, closing: false)) }
            if request.path == "*" { return HTTPDispatcher.options(router.allowed, pattern: "none") }
            return try route(request, framing)
        } catch {
            return HTTPVerdict(outcome: .refuse(error.response, closing: false))
        }
    }

    private func route(_ request: consuming HTTPRequest, _ framing: HTTPFraming) throws(HTTPProblem) -> HTTPVerdict {
        switch router.match(request.method, request.path) {
        case .notFound:
            throw HTTPProblem(.notFound, detail: "There is nothing at this path.")
        case .otherMethod(let pattern, let allowed) where request.method == .options:
            return HTTPDispatcher.options(allowed, pattern: pattern)
        case .otherMethod(let pattern, let allowed):
            let problem = HTTPProblem(
                .methodNotAllowed, detail: "This path does not allow \(request.method.rawValue).",
                headers: ["Allow": HTTPDispatcher.list(allowed)])
            return HTTPVerdict(outcome: .refuse(problem.response, closing: false), pattern: pattern)
        case .found(let route, let parameters):
            return HTTPDispatcher.accept(request, route, parameters, framing)
        }
    }

    private static func understood(_ name: String) throws(HTTPProblem) -> HTTPMethod {
        let method = HTTPMethod(rawValue: name)
        guard HTTPMethod.understood.contains(method) else {
            throw HTTPProblem(.notImplemented, detail: "The server does not know this method.")
        }
        return method
    }

    /// - Throws: 400 for a target that is none, or that names another host than the Host header does.
    private static func request(_ head: HTTPHead, _ method: HTTPMethod) throws(HTTPProblem) -> HTTPRequest {
        let target = try HTTPTarget(head.target)
        guard target.path != "*" || method == .options else {
            throw HTTPProblem(.badRequest, detail: "Only OPTIONS has the target *.")
        }
        if let authority = target.authority, !HTTPHeaders.same(authority, head.headers["Host"] ?? "") {
            throw HTTPProblem(.badRequest, detail: "The target names another host than the Host header.")
        }
        return HTTPRequest(
            method: method, path: target.path, query: target.query, headers: head.headers,
            peer: head.peer, peerUserID: head.peerUserID)
    }

    private static func options(_ allowed: [HTTPMethod], pattern: String) -> HTTPVerdict {
        let response = HTTPResponse(status: .noContent, headers: ["Allow": list(allowed)])
        return HTTPVerdict(outcome: .refuse(response, closing: false), pattern: pattern)
    }

    private static func list(_ methods: [HTTPMethod]) -> String {
        methods.map(\.rawValue).joined(separator: ", ")
    }

    private static func accept(
        _ request: consuming HTTPRequest, _ route: HTTPRoute, _ parameters: [String: String], _ framing: HTTPFraming
    ) -> HTTPVerdict {
        if let problem = objection(to: request, route, framing) {
            let closing = problem.status == .contentTooLarge
            return HTTPVerdict(outcome: .refuse(problem.response, closing: closing), pattern: route.pattern)
        }
        request.pathParameters = parameters
        return HTTPVerdict(outcome: .serve(request, route), pattern: route.pattern)
    }

    /// What is wrong with the body, as far as the head tells.
    private static func objection(
        to request: HTTPRequest, _ route: HTTPRoute, _ framing: HTTPFraming
    ) -> HTTPProblem? {
        if let expectation = request.header("Expect"), !HTTPHeaders.same(expectation, "100-continue") {
            return HTTPProblem(.expectationFailed, detail: "The only expectation is 100-continue.")
        }
        if framing == .noBody { return nil }
        if case .length(let length) = framing, length > route.maximumBodySize { return tooLarge(route) }
        guard let accepted = route.acceptedContentType else { return nil }
        let mediaType = (request.header("Content-Type") ?? "").prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        if HTTPHeaders.same(String(mediaType), accepted) { return nil }
        return HTTPProblem(
            .unsupportedMediaType, detail: "The body must be \(accepted).", headers: ["Accept": accepted])
    }

    static func tooLarge(_ route: HTTPRoute) -> HTTPProblem {
        HTTPProblem(.contentTooLarge, detail: "The body may have \(route.maximumBodySize) bytes at most.")
    }
}
