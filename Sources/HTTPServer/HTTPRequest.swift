/// A request that has been checked: its framing is sound, its path is decoded.
package struct HTTPRequest: Sendable {
    package let method: HTTPMethod
    /// Percent-decoded; begins with `/` (or is `*` for OPTIONS), without NUL, dot segments or encoded slashes.
    package let path: String
    /// What the `{name}` segments of the route's pattern matched; empty until a route is found.
    package internal(set) var pathParameters: [String: String] = [:]
    /// Decoded names and values in their order; `+` is a space.
    package let query: [(name: String, value: String)]
    package let headers: HTTPHeaders
    /// Empty until the request is complete.
    package internal(set) var body: [UInt8] = []
    /// The client's IP address without its port, if the connection has one.
    package let peerAddress: String?
    /// The user who has connected, if that was through a Unix socket.
    package let peerUserID: UInt32?
    /// What whoever let it in has made of its sender; nil where nobody has asked.
    package var role: HTTPRole?

    package init(
        method: HTTPMethod, path: String, query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:], pathParameters: [String: String] = [:], body: [UInt8] = [],
        peerAddress: String? = nil, peerUserID: UInt32? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.pathParameters = pathParameters
        self.body = body
        self.peerAddress = peerAddress
        self.peerUserID = peerUserID
    }

    /// The first value of a query parameter; empty for `?name` and `?name=`.
    package func query(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// The first value of a header field, whatever the case of its name.
    package func header(_ name: String) -> String? {
        headers[name]
    }
}
