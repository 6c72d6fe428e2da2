/// A request method, as it stands on the wire: methods are case-sensitive, `get` is not `GET`.
package struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package static let get = HTTPMethod(rawValue: "GET")
    package static let head = HTTPMethod(rawValue: "HEAD")
    package static let post = HTTPMethod(rawValue: "POST")
    package static let put = HTTPMethod(rawValue: "PUT")
    package static let patch = HTTPMethod(rawValue: "PATCH")
    package static let delete = HTTPMethod(rawValue: "DELETE")
    package static let options = HTTPMethod(rawValue: "OPTIONS")

    package static let query = HTTPMethod(rawValue: "QUERY")
    package static let trace = HTTPMethod(rawValue: "TRACE")

    /// What the server understands, in the order of an `Allow` header. TRACE is understood and never allowed: it
    /// would echo credentials. CONNECT, which would make a proxy, is not even understood.
    package static let understood: [HTTPMethod] = [.get, .head, .post, .put, .patch, .delete, .options, .query, .trace]

    /// Whether it only asks and changes nothing (RFC 9110, 9.2.1).
    package var isSafe: Bool {
        [.get, .head, .options, .query, .trace].contains(self)
    }

    /// For metrics: whatever a client invents counts as one method, so that labels stay bounded.
    package var label: String {
        HTTPMethod.understood.contains(self) ? rawValue : "OTHER"
    }
}
