/// A response as handlers make it. The server adds `Date`, `Content-Length` or the chunked coding, and what keeps
/// browsers from misusing it (`guarded()`).
package struct HTTPResponse: Sendable {
    package var status: HTTPStatus { didSet { reusable = nil } }
    package var headers: HTTPHeaders { didSet { reusable = nil } }
    package var body: HTTPBody { didSet { reusable = nil } }
    /// Of a response that many get; forgotten when something is changed.
    private(set) var reusable: HTTPReusableResponse?

    package init(status: HTTPStatus, headers: HTTPHeaders = [:], body: HTTPBody = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: HTTPStatus = .ok, contentType: String, body: HTTPBody) {
        self.init(status: status, headers: ["Content-Type": contentType], body: body)
    }
}

extension HTTPResponse {
    /// The same, made for the wire once, however many clients of one server get it. Of bytes: streams and channels
    /// belong to one response.
    package func forMany() -> HTTPResponse {
        precondition(body.canBeSentAgain, "a stream or a channel is for one response only")
        var response = self
        response.reusable = HTTPReusableResponse()
        return response
    }

    /// What browsers are told about every response that does not say otherwise itself: take it for what it says it is,
    /// run nothing in it, show it in nobody's frame, hand it to no other site's page, keep no copy, and tell nobody
    /// where a link was followed.
    func guarded() -> HTTPResponse {
        var response = self
        for (name, value) in HTTPResponse.guards where !headers.contains(name) {
            response.headers.append(name: name.description, value: value)
        }
        return response
    }

    private static let guards: [(StaticString, String)] = [
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]

    /// An error without a body becomes a problem document: every 4xx and 5xx says what is wrong.
    func explained() -> HTTPResponse {
        guard status.isError, case .empty = body else { return self }
        var problem = HTTPProblem(status).response
        for field in headers.fields { problem.headers.append(name: field.name, value: field.value) }
        return problem
    }
}
