import HTTPServer

/// What a browser shows instead of the token once it has signed in.
struct AccessCookie: Sendable {
    private let name: String
    private let isSecure: Bool

    /// Browsers send the cookies of one port of a host to all others, so the port that the client names is in the
    /// cookie's name: servers beside each other do not sign each other's users out.
    ///
    /// - Parameters:
    ///   - host: the header `Host`, already known to be one of ours.
    ///   - isSecure: whether this server speaks TLS: the cookie then goes nowhere else.
    init(host: String, isSecure: Bool) {
        let port = HostList.port(of: host).map { "-\($0)" } ?? ""
        name = "\(isSecure ? "__Host-" : "")ergometer\(port)"
        self.isSecure = isSecure
    }

    /// The values of this cookie in a request; another server on this host may have added some.
    func values(in request: HTTPRequest) -> [Substring] {
        request.headers.values(of: "Cookie").flatMap { field in
            field.utf8.split(separator: UInt8(ascii: ";")).compactMap { Self.value(of: name, in: Substring($0)) }
        }
    }

    private static func value(of name: String, in pair: Substring) -> Substring? {
        let parts = pair.utf8.drop { $0 == UInt8(ascii: " ") }
            .split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].elementsEqual(name.utf8) else { return nil }
        return Substring(parts[1])
    }

    /// The field `Set-Cookie`: for this site's own requests only, hidden from scripts, until the browser is closed.
    func field(_ secret: AccessToken) -> String {
        "\(name)=\(secret.text); Path=/; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }
}
