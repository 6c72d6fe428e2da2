/// One thing the server answers: a method and a pattern of paths.
package struct HTTPRoute: Sendable {
    /// Called on the server's thread with a complete request. It must not block: what waits answers `.later`.
    /// A thrown `HTTPProblem` becomes that problem, any other error a 500.
    package typealias Handler = @Sendable (HTTPRequest) throws -> HTTPReply

    package let method: HTTPMethod
    /// Segments as they are, or `{name}` for any one segment: `/runs/{id}/measurements.csv`.
    package let pattern: String
    /// In bytes; larger bodies are a 413 before the handler sees anything.
    package let maximumBodySize: Int
    /// The media type a body must have (otherwise 415), without parameters; nil takes any.
    package let acceptedContentType: String?
    package let handler: Handler

    /// A GET route answers HEAD too.
    package init(
        _ method: HTTPMethod, _ pattern: String, maximumBodySize: Int = 0,
        acceptedContentType: String? = "application/json", handler: @escaping Handler
    ) {
        precondition(pattern.hasPrefix("/"), "the pattern \(pattern) does not begin with /")
        precondition(pattern.utf8.allSatisfy { $0 < 0x80 }, "the pattern \(pattern) is not ASCII")
        self.method = method
        self.pattern = pattern
        self.maximumBodySize = maximumBodySize
        self.acceptedContentType = acceptedContentType
        self.handler = handler
    }
}

/// What a handler answers.
package enum HTTPReply: Sendable {
    case now(HTTPResponse)
    /// The connection waits without a thread; the closure is called at once, and whoever has the responder
    /// answers from any thread.
    case later(@Sendable (HTTPResponder) -> Void)
}
