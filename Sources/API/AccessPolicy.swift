import HTTPServer

/// Who may come in: looks at every request before anything else does.
///
/// A server that executes commands is within reach of every page in the user's browser. What keeps them out: the
/// names it answers to (DNS rebinding), the origin of the request, and a token that no page knows.
package struct AccessPolicy: Sendable {
    private let token: AccessToken
    private let hosts: HostList

    /// What needs no token: nothing here tells of runs or starts any.
    static let openPaths: Set<String> = ["/metrics", "/healthz", "/readyz", "/openapi.yaml"]

    package init(token: AccessToken, hosts: HostList) {
        self.token = token
        self.hosts = hosts
    }

    /// The answer to a request that may not come in; nil for one that may.
    package func refusal(of request: HTTPRequest) -> HTTPResponse? {
        problem(with: request)?.response
    }

    private func problem(with request: HTTPRequest) -> HTTPProblem? {
        guard let host = request.header("Host"), hosts.contains(host) else {
            return HTTPProblem(
                .misdirectedRequest, title: "Unknown host",
                detail: "This server does not answer to the name in the Host header. Start it with --allowed-host NAME "
                    + "if it should.")
        }
        if isForeign(request) {
            return HTTPProblem(
                .forbidden, title: "Request from another site",
                detail: "Requests that a page of another site makes are refused.")
        }
        if Self.openPaths.contains(request.path) || isAuthorized(request) { return nil }
        return HTTPProblem(
            .unauthorized, title: "Token needed",
            detail: "Send the header \"Authorization: Bearer TOKEN\" with the token from the file \"token\" in the "
                + "server's data directory.",
            headers: ["WWW-Authenticate": "Bearer realm=\"ergometer\""])
    }

    /// Whether a browser says that the request was made by somebody else's page.
    private func isForeign(_ request: HTTPRequest) -> Bool {
        if let origin = request.header("Origin") {
            guard let host = origin.split(separator: "://", maxSplits: 1).last, origin.hasPrefix("http"),
                hosts.contains(String(host))
            else { return true }
        }
        return ![nil, "same-origin", "none"].contains(request.header("Sec-Fetch-Site"))
    }

    private func isAuthorized(_ request: HTTPRequest) -> Bool {
        let fields = request.headers.values(of: "Authorization")
        guard fields.count == 1 else { return false }
        let words = fields[0].split(separator: " ", maxSplits: 1)
        return words.count == 2 && HTTPHeaders.same(String(words[0]), "Bearer") && token.matches(words[1])
    }
}
