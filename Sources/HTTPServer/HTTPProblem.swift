/// An error as clients see it: a problem document of RFC 9457.
package struct HTTPProblem: Error, Sendable {
    /// One fault of many, with the place it is at.
    package struct Fault: Hashable, Sendable {
        /// A JSON pointer into the request's body (`/command/0`) or the name of a parameter.
        package let pointer: String
        package let detail: String

        package init(_ pointer: String, _ detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    package var status: HTTPStatus
    /// Identifies the kind of problem; `about:blank` says no more than the status does.
    package var type: String
    package var title: String
    package var detail: String?
    package var errors: [Fault]
    /// More headers of the answer: `Allow`, `Retry-After`, `WWW-Authenticate`.
    package var headers: HTTPHeaders

    package init(
        _ status: HTTPStatus, type: String = "about:blank", title: String? = nil, detail: String? = nil,
        errors: [Fault] = [], headers: HTTPHeaders = [:]
    ) {
        self.status = status
        self.type = type
        self.title = title ?? status.phrase
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    package var response: HTTPResponse {
        var response = HTTPResponse(status: status, headers: headers, body: .text(json))
        response.headers["Content-Type"] = "application/problem+json"
        return response
    }
}
