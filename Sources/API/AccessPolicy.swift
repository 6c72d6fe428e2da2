import HTTPServer

/// Who may come in: looks at every request before anything else does.
///
/// A server that executes commands is within reach of every page in the user's browser. What keeps them out: the
/// names it answers to (DNS rebinding), the origin of the request, and a token that no page knows.
package struct AccessPolicy: Sendable {
    private let keys: AccessKeys
    private let hosts: HostList
    private let isSecure: Bool
    private let owners: Set<UInt32>
    private let wrongTokens: WrongTokens

    /// What needs no token: nothing here tells of runs or starts any.
    static let openPaths: Set<String> = ["/metrics", "/healthz", "/readyz", "/openapi.yaml"]
    /// Neither does what lies below: style sheets, scripts, icons.
    static let openDirectory = "/assets/"

    /// - Parameters:
    ///   - isSecure: whether the server speaks TLS.
    ///   - owners: users who need no token where they connect through a Unix socket.
    package init(
        keys: AccessKeys, hosts: HostList, isSecure: Bool = false, owners: Set<UInt32> = [],
        wrongTokens: WrongTokens = WrongTokens()
    ) {
        self.owners = owners
        self.keys = keys
        self.hosts = hosts
        self.isSecure = isSecure
        self.wrongTokens = wrongTokens
    }

    /// Lets a request in and notes its role, or answers it: then it goes no further.
    package func admit(_ request: inout HTTPRequest) -> HTTPResponse? {
        guard let host = request.header("Host"), hosts.contains(host) else { return Self.unknownHost.response }
        if isForeign(request) { return Self.otherSite.response }
        if let user = request.peerUserID, owners.contains(user) {
            request.role = .owner
            return nil
        }
        if isOpen(request.path) { return nil }
        let cookie = AccessCookie(host: host, isSecure: isSecure)
        if request.method == .get, request.path == "/", request.query.contains(where: { $0.name == "token" }) {
            return signIn(request, cookie)
        }
        let claim = AccessClaim(request, cookie)
        if case .nothing = claim { return Self.refusal(Self.tokenNeeded, of: request) }
        guard let role = role(of: claim) else { return wrongToken(of: request) }
        if case .cookies = claim, !request.method.isSafe, !comesFromOwnPage(request, host) {
            return Self.otherSite.response
        }
        request.role = role
        return Self.objection(to: request, of: role)?.response
    }

    private func isOpen(_ path: String) -> Bool {
        if path == "/metrics", keys.locksMetrics { return false }
        return Self.openPaths.contains(path) || path.utf8.starts(with: Self.openDirectory.utf8)
    }

    /// Whether a browser says that the request was made by somebody else's page.
    private func isForeign(_ request: HTTPRequest) -> Bool {
        let origins = request.headers.values(of: "Origin")
        guard origins.count <= 1 else { return true }
        if let origin = origins.first {
            guard let host = origin.split(separator: "://", maxSplits: 1).last, origin.hasPrefix("http"),
                hosts.contains(String(host))
            else { return true }
        }
        guard let site = request.header("Sec-Fetch-Site") else { return false }
        return site != "same-origin" && site != "none"
    }

    private func role(of claim: AccessClaim) -> HTTPRole? {
        switch claim {
        case .nothing: nil
        case .token(let token): keys.role(showing: token)
        case .cookies(let values): keys.role(showing: values)
        }
    }

    /// What somebody who has been let in may not do.
    private static func objection(to request: HTTPRequest, of role: HTTPRole) -> HTTPProblem? {
        if role == .scraper, request.path != "/metrics" { return forScrapers }
        return role == .owner || request.method.isSafe ? nil : forViewers
    }
}

// MARK: - Browsers

extension AccessPolicy {
    /// `GET /?token=…`: the token is taken out of the address, and a cookie stands for it from here on.
    private func signIn(_ request: HTTPRequest, _ cookie: AccessCookie) -> HTTPResponse {
        let shown = request.query.filter { $0.name == "token" }
        guard shown.count == 1, let (role, secret) = keys.exchange(shown[0].value) else {
            return wrongToken(of: request)
        }
        if role == .scraper { return Self.forScrapers.response }
        return HTTPResponse(status: .seeOther, headers: ["Location": "/", "Set-Cookie": cookie.field(secret)])
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
    private func wrongToken(of request: HTTPRequest) -> HTTPResponse {
        guard let wait = wrongTokens.add(from: request.peer) else {
            return Self.refusal(Self.tokenNeeded, of: request)
        }
        var problem = Self.tooManyWrong
        problem.headers["Retry-After"] = String(max(1, wait.components.seconds))
        return Self.refusal(problem, of: request)
    }

    private static func refusal(_ problem: HTTPProblem, of request: HTTPRequest) -> HTTPResponse {
        request.prefersPage ? SignInPage.response(to: problem) : problem.response
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

    private static let tooManyWrong = HTTPProblem(
        .tooManyRequests, title: "Too many wrong tokens",
        detail: "Wrong tokens have come one after the other. A right one is let in at any time.")

    private static let forViewers = HTTPProblem(
        .forbidden, title: "For looking only",
        detail: "This token shows runs and their measurements. Running, cancelling and deleting needs the owner's.")

    private static let forScrapers = HTTPProblem(
        .forbidden, title: "For metrics only", detail: "This token opens /metrics and nothing else.")

    /// For what a viewer must not read.
    static let forOwners = HTTPProblem(
        .forbidden, title: "For the owner only",
        detail: "What a command was given and what it wrote may hold secrets: that needs the owner's token.")
}
