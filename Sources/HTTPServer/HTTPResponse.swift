/// A response as handlers make it. The server adds `Date`, `Content-Length` or the chunked coding, and
/// `X-Content-Type-Options: nosniff`.
package struct HTTPResponse: Sendable {
    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: HTTPBody

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
    /// An error without a body becomes a problem document: every 4xx and 5xx says what is wrong.
    func explained() -> HTTPResponse {
        guard status.isError, case .empty = body else { return self }
        var problem = HTTPProblem(status).response
        for field in headers.fields { problem.headers.append(name: field.name, value: field.value) }
        return problem
    }
}
