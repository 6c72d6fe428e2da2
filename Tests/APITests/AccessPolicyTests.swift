import API
import HTTPServer
import Testing

@Suite struct AccessPolicyTests {
    private let token = AccessToken.random()

    private func status(
        _ path: String = "/runs", headers: HTTPHeaders, hosts: HostList = HostList(names: ["ergo.example"])
    ) -> Int? {
        var request = HTTPRequest(method: .get, path: path, headers: headers)
        return AccessPolicy(keys: AccessKeys([.owner: token]), hosts: hosts).admit(&request)?.status.code
    }

    private var authorization: String { "Bearer \(token.text)" }

    @Test(arguments: [
        "localhost", "localhost:9797", "LOCALHOST:1", "127.0.0.1:9797", "[::1]:9797", "[::1]", "ergo.example",
        "Ergo.Example:443", "localhost:065535",
    ])
    func `our own names are let in`(host: String) {
        #expect(status(headers: ["Host": host, "Authorization": authorization]) == nil)
    }

    @Test(arguments: [
        "evil.example", "localhost.evil.example", "localhost:9797.evil.example", "127.0.0.1.evil.example", "127.0.0.2",
        "192.168.1.1:9797", "", ":9797", "localhost:", "localhost:99999", "localhost:65536", "localhost:+80", "[::1",
        "user@localhost",
    ])
    func `other names are misdirected, also on open paths`(host: String) {
        #expect(status(headers: ["Host": host, "Authorization": authorization]) == 421)
        #expect(status("/metrics", headers: ["Host": host]) == 421)
    }

    @Test func `a server beyond loopback is reached by any address, but by no other name`() {
        let hosts = HostList(names: [], takesAnyAddress: true)
        for host in ["192.168.1.1:9797", "[fe80::1]:9797", "[FE80::1]", "10.0.0.1"] {
            #expect(status("/metrics", headers: ["Host": host], hosts: hosts) == nil, "\(host)")
        }
        #expect(status("/metrics", headers: ["Host": "rebound.example:9797"], hosts: hosts) == 421)
    }

    @Test(arguments: [
        ("http://evil.example", 403), ("https://localhost.evil.example", 403), ("null", 403), ("", 403),
        ("file://", 403), ("chrome-extension://localhost", 403), ("localhost", 403), ("http://localhost:9797", nil),
        ("http://127.0.0.1:3000", nil), ("https://ergo.example", nil),
    ])
    func `an origin must be one of our names`(origin: String, expected: Int?) {
        #expect(
            status(headers: ["Host": "localhost", "Authorization": authorization, "Origin": origin]) == expected)
    }

    @Test func `of two origins none counts`() {
        var headers: HTTPHeaders = ["Host": "localhost", "Authorization": authorization, "Origin": "http://localhost"]
        #expect(status(headers: headers) == nil)
        headers.append(name: "Origin", value: "http://localhost")
        #expect(status(headers: headers) == 403)
    }

    @Test(arguments: [("cross-site", 403), ("same-site", 403), ("nonsense", 403), ("none", nil), ("same-origin", nil)])
    func `a browser's word about the site counts`(site: String, expected: Int?) {
        #expect(
            status(headers: ["Host": "localhost", "Authorization": authorization, "Sec-Fetch-Site": site]) == expected)
    }

    @Test func `all but the open paths need the token`() {
        for path in ["/runs", "/", "/runs/x", "/metrics/", "/METRICS", "/healthz/x", "/nothing"] {
            #expect(status(path, headers: ["Host": "localhost"]) == 401, "\(path)")
        }
        for path in ["/metrics", "/healthz", "/readyz", "/openapi.yaml"] {
            #expect(status(path, headers: ["Host": "localhost"]) == nil, "\(path)")
        }
    }

    @Test func `only the whole token opens`() {
        let text = token.text
        let wrong = [
            "Bearer", "Bearer ", "Bearer \(text)x", "Bearer \(text.dropLast())", "Bearer x\(text)", "Basic \(text)",
            text,
            "Bearer \(text) \(text)", "Bearer \(text.uppercased())",
        ]
        for authorization in wrong {
            #expect(status(headers: ["Host": "localhost", "Authorization": authorization]) == 401, "\(authorization)")
        }
        #expect(status(headers: ["Host": "localhost", "Authorization": "bearer \(text)"]) == nil)
        var twice: HTTPHeaders = ["Host": "localhost", "Authorization": "Bearer \(text)"]
        twice.append(name: "Authorization", value: "Bearer wrong")
        #expect(status(headers: twice) == 401)
        #expect(!AccessToken("").matches("".utf8))
    }

    /// How long that takes cannot be measured here; that nothing is left out can.
    @Test func `of what is shown every byte is looked at, wherever the first wrong one is`() {
        let right = Array(token.text.utf8)
        for place in [nil, 0, 1, 31, 63] {
            var shown = right
            if let place { shown[place] ^= 1 }
            var looks = 0
            let candidate = shown.lazy.map { byte in
                looks += 1
                return byte
            }
            #expect(token.matches(candidate) == (place == nil))
            #expect(looks == right.count, "the byte at \(place ?? -1) is wrong")
        }
        for other in [Array(right.dropLast()), right + right.prefix(1), right + right, []] {
            #expect(!token.matches(other))
        }
    }

    @Test func `a token has 256 bits and never comes twice`() {
        let tokens = (0..<100).map { _ in AccessToken.random().text }
        #expect(Set(tokens).count == 100)
        #expect(tokens.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
    }
}
