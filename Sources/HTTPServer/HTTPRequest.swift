/// A request that has been checked: its framing is sound, its path is decoded.
package struct HTTPRequest: Sendable {
    /// What does not change from here on: a request is handed on some ten times.
    private final class Head: Sendable {
        let method: HTTPMethod
        let path: String
        let query: [(name: String, value: String)]
        let headers: HTTPHeaders
        let peer: HTTPPeerAddress?
        let peerUserID: UInt32?

        init(
            _ method: HTTPMethod, _ path: String, _ query: [(name: String, value: String)], _ headers: HTTPHeaders,
            _ peer: HTTPPeerAddress?, _ peerUserID: UInt32?
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.peer = peer
            self.peerUserID = peerUserID
        }
    }

    private let head: Head
    /// What the `{name}` segments of the route's pattern matched; empty until a route is found.
    package internal(set) var pathParameters: [String: String]
    /// Empty until the request is complete.
    package internal(set) var body: [UInt8]
    /// What whoever let it in has made of its sender; nil where nobody has asked.
    package var role: HTTPRole?

    package init(
        method: HTTPMethod, path: String, query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:], pathParameters: [String: String] = [:], body: [UInt8] = [],
        peer: HTTPPeerAddress? = nil, peerUserID: UInt32? = nil
    ) {
        head = Head(method, path, query, headers, peer, peerUserID)
        self.pathParameters = pathParameters
        self.body = body
    }

    package var method: HTTPMethod { head.method }
    /// Percent-decoded; begins with `/` (or is `*` for OPTIONS), without NUL, dot segments or encoded slashes.
    package var path: String { head.path }
    /// Decoded names and values in their order; `+` is a space.
    package var query: [(name: String, value: String)] { head.query }
    package var headers: HTTPHeaders { head.headers }
    /// The client, if the connection has an IP address.
    package var peer: HTTPPeerAddress? { head.peer }
    /// The user who has connected, if that was through a Unix socket.
    package var peerUserID: UInt32? { head.peerUserID }

    /// The first value of a query parameter; empty for `?name` and `?name=`.
    package func query(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// The first value of a header field, whatever the case of its name.
    package func header(_ name: StaticString) -> String? {
        headers[name]
    }
}
