import CMicrohttpd
import Synchronization

/// What all requests of a server share: its routes, its checks, and who is waiting. The C callbacks recover it.
final class HTTPDispatcher: Sendable {
    let configuration: HTTPServerConfiguration
    let suspensions = HTTPSuspensions()
    let inFlight = HTTPInFlight()
    private let router: HTTPRouter
    private let admit: HTTPServer.Admission
    private let observe: HTTPServer.Observer
    private let report: HTTPServer.Reporter

    init(
        configuration: HTTPServerConfiguration, routes: [HTTPRoute], admit: @escaping HTTPServer.Admission,
        observe: @escaping HTTPServer.Observer, report: @escaping HTTPServer.Reporter
    ) {
        self.configuration = configuration
        self.router = HTTPRouter(routes)
        self.admit = admit
        self.observe = observe
        self.report = report
    }

    /// Calls the handler; whatever it throws becomes a response.
    func reply(to request: HTTPRequest, of route: HTTPRoute) -> HTTPReply {
        do {
            return try route.handler(request)
        } catch let problem as HTTPProblem {
            return .now(problem.response)
        } catch {
            return .now(failure(error, request))
        }
    }

    /// Tells the operator, and the client no more than that something failed.
    func failure(_ error: any Error, _ request: HTTPRequest) -> HTTPResponse {
        report(error, request)
        return HTTPProblem(.internalServerError, detail: "The request could not be handled; the log says why.").response
    }

    func completed(_ exchange: HTTPExchange) {
        observe(exchange)
    }

    // MARK: Before the body

    func judge(_ head: HTTPHead) -> HTTPVerdict {
        var verdict: HTTPVerdict
        do throws(HTTPProblem) {
            let framing = try HTTPFraming(head)
            let method = try HTTPDispatcher.understood(head.method)
            verdict = judge(head, method, framing)
            verdict.framing = framing
            verdict.expectsContinue = head.headers["Expect"] != nil
        } catch {
            verdict = HTTPVerdict(outcome: .refuse(error.response, closing: true))
        }
        verdict.method = HTTPMethod(rawValue: head.method).label
        return verdict
    }

    private func judge(_ head: HTTPHead, _ method: HTTPMethod, _ framing: HTTPFraming) -> HTTPVerdict {
        do throws(HTTPProblem) {
            let request = try HTTPDispatcher.request(head, method)
            if let refusal = admit(request) { return HTTPVerdict(outcome: .refuse(refusal, closing: false)) }
            if request.path == "*" { return HTTPDispatcher.options(router.allowed, pattern: "none") }
            return try route(request, framing)
        } catch {
            return HTTPVerdict(outcome: .refuse(error.response, closing: false))
        }
    }

    private func route(_ request: HTTPRequest, _ framing: HTTPFraming) throws(HTTPProblem) -> HTTPVerdict {
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
}

extension HTTPDispatcher {
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
            peerAddress: head.peerAddress)
    }

    private static func options(_ allowed: [HTTPMethod], pattern: String) -> HTTPVerdict {
        let response = HTTPResponse(status: .noContent, headers: ["Allow": list(allowed)])
        return HTTPVerdict(outcome: .refuse(response, closing: false), pattern: pattern)
    }

    private static func list(_ methods: [HTTPMethod]) -> String {
        methods.map(\.rawValue).joined(separator: ", ")
    }

    private static func accept(
        _ request: HTTPRequest, _ route: HTTPRoute, _ parameters: [String: String], _ framing: HTTPFraming
    ) -> HTTPVerdict {
        if let problem = objection(to: request, route, framing) {
            let closing = problem.status == .contentTooLarge
            return HTTPVerdict(outcome: .refuse(problem.response, closing: closing), pattern: route.pattern)
        }
        var request = request
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
