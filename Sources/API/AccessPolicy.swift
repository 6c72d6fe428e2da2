import HTTPServer

/// Who may come in: looks at every request before anything else does.
///
/// A server that executes commands is within reach of every page in the user's browser. What keeps them out: the
/// names it answers to (DNS rebinding), the origin of the request, and a token that no page knows.
package struct AccessPolicy: Sendable {
    private let token: AccessToken
    private let browserSecret: AccessToken
    private let hosts: HostList
    private let isSecure: Bool

    /// What needs no token: nothing here tells of runs or starts any.
    static let openPaths: Set<String> = ["/metrics", "/healthz", "/readyz", "/openapi.yaml"]
    /// Neither does what lies below: style sheets, scripts, icons.
    static let openDirectory = "/assets/"

    /// - Parameter isSecure: whether the server speaks TLS.
    package init(token: AccessToken, hosts: HostList, isSecure: Bool = false) {
        self.token = token
        browserSecret = token.forBrowsers
        self.hosts = hosts
        self.isSecure = isSecure
    }

    /// The answer to a request that goes no further; nil for one that is let in.
    package func answer(to request: HTTPRequest) -> HTTPResponse? {
        guard let host = request.header("Host"), hosts.contains(host) else { return Self.unknownHost.response }
        if isForeign(request) { return Self.otherSite.response }
        if Self.isOpen(request.path) { return nil }
        let cookie = AccessCookie(host: host, isSecure: isSecure)
        if request.method == .get, request.path == "/", request.query.contains(where: { $0.name == "token" }) {
            return signIn(request, cookie)
        }
        if let field = request.header("Authorization") {
            let isAlone = request.headers.values(of: "Authorization").count == 1
            return isAlone && bears(field) ? nil : refusal(of: request)
        }
        guard cookie.values(in: request).contains(where: browserSecret.matches) else { return refusal(of: request) }
        return request.method.isSafe || comesFromOwnPage(request, host) ? nil : Self.otherSite.response
    }

    private static func isOpen(_ path: String) -> Bool {
        openPaths.contains(path) || path.utf8.starts(with: openDirectory.utf8)
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

    private func bears(_ authorization: String) -> Bool {
        let words = authorization.split(separator: " ", maxSplits: 1)
        return words.count == 2 && HTTPHeaders.same(String(words[0]), "Bearer") && token.matches(words[1])
    }
}

// MARK: - Browsers

extension AccessPolicy {
    /// `GET /?token=…`: the token is taken out of the address, and a cookie stands for it from here on.
    private func signIn(_ request: HTTPRequest, _ cookie: AccessCookie) -> HTTPResponse {
        let shown = request.query.filter { $0.name == "token" }
        guard shown.count == 1, token.matches(shown[0].value) else { return refusal(of: request) }
        return HTTPResponse(
            status: .seeOther, headers: ["Location": "/", "Set-Cookie": cookie.field(browserSecret)])
    }

    /// A cookie goes along whoever has made the request, and for cookies all ports of a host are one: so what changes
    /// something must be said to come from our own page, port included. Browsers say that by themselves.
    private func comesFromOwnPage(_ request: HTTPRequest, _ host: String) -> Bool {
        guard let origin = request.header("Origin") else { return request.header("Sec-Fetch-Site") == "same-origin" }
        return HTTPHeaders.same(origin, "https://\(host)") || (!isSecure && HTTPHeaders.same(origin, "http://\(host)"))
    }
}

// MARK: - Refusals

extension AccessPolicy {
    private func refusal(of request: HTTPRequest) -> HTTPResponse {
        SignInPage.isPreferred(by: request) ? SignInPage.response(to: Self.tokenNeeded) : Self.tokenNeeded.response
    }

    private static let unknownHost = HTTPProblem(
        .misdirectedRequest, title: "Unknown host",
        detail: "This server does not answer to the name in the Host header. Start it with --allowed-host NAME if it "
            + "should.")

    private static let otherSite = HTTPProblem(
        .forbidden, title: "Request from another site",
        detail: "Requests that a page of another site makes are refused.")

    private static let tokenNeeded = HTTPProblem(
        .unauthorized, title: "Token needed",
        detail: "Send the header \"Authorization: Bearer TOKEN\" with the token from the file \"token\" in the "
            + "server's data directory.",
        headers: ["WWW-Authenticate": "Bearer realm=\"ergometer\""])
}
