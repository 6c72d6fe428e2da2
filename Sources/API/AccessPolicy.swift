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

/// The secret that clients show.
package struct AccessToken: Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// A new one: 256 random bits of the operating system, in hexadecimal.
    package static func random() -> AccessToken {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in generator.next() as UInt64 }
        return AccessToken(
            words.map { word in
                let digits = String(word, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined())
    }

    /// Compares in a time that depends on the candidate's length alone.
    package func matches(_ candidate: some StringProtocol) -> Bool {
        let secret = Array(text.utf8)
        var difference = UInt8(candidate.utf8.count == secret.count ? 0 : 1)
        for (index, byte) in candidate.utf8.enumerated() {
            difference |= byte ^ secret[index % secret.count]
        }
        return difference == 0 && !secret.isEmpty
    }
}

/// The names under which a server is reached.
package struct HostList: Sendable {
    private let hosts: Set<String>
    private let takesAnyAddress: Bool

    /// - Parameters:
    ///   - names: beyond `localhost` and the loopback addresses, with or without a port.
    ///   - takesAnyAddress: whether any IP address will do: for a server that listens beyond loopback. A page that
    ///     rebinds its name comes with that name, never with an address.
    package init(port: UInt16, names: [String], takesAnyAddress: Bool = false) {
        let own = ["localhost", "127.0.0.1", "[::1]"]
        hosts = Set((own + names).flatMap { ["\($0):\(port)", $0.contains(":") && !$0.hasSuffix("]") ? $0 : nil] }
            .compactMap { $0?.lowercased() } + (port == 80 ? own + names : []).map { $0.lowercased() })
        self.takesAnyAddress = takesAnyAddress
    }

    func contains(_ host: String) -> Bool {
        hosts.contains(host.lowercased()) || (takesAnyAddress && Self.isAddress(host))
    }

    private static func isAddress(_ host: String) -> Bool {
        HTTPListenAddress(host) != nil || HTTPListenAddress(host: host, port: 0) != nil
    }
}
