import Dispatch

/// What all requests of a server share: its routes, its checks, and who is waiting. The C callbacks recover it.
final class HTTPDispatcher: Sendable {
    let configuration: HTTPServerConfiguration
    let suspensions = HTTPSuspensions()
    let deadlines = HTTPDeadlines()
    /// The responses that are under way, so that stopping can wait for them.
    let inFlight = DispatchGroup()
    let router: HTTPRouter
    let admit: HTTPServer.Admission
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

    /// A connection is there, or is about to be closed.
    func connectionChanged(_ connection: HTTPConnection, isOpen: Bool) {
        if isOpen {
            deadlines.give(configuration.headDeadline, to: connection.socket)
        } else {
            deadlines.forget(connection.socket)
        }
    }

    func completed(_ exchange: HTTPExchange) {
        observe(exchange)
    }
}
