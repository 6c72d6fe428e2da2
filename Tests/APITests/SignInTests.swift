import HTTPServer
import Testing

@testable import API

/// How a browser gets in: once with the token, then with a cookie, and from our own page only.
@Suite struct SignInTests {
    private let token = AccessToken.random()

    private func answer(
        _ method: HTTPMethod = .get, _ path: String = "/runs", query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:], isSecure: Bool = false, host: String = "localhost:9797"
    ) -> HTTPResponse? {
        var headers = headers
        headers["Host"] = host
        var request = HTTPRequest(method: method, path: path, query: query, headers: headers)
        return AccessPolicy(keys: AccessKeys([.owner: token]), hosts: HostList(names: []), isSecure: isSecure)
            .admit(&request)
    }

    /// The cookie as a browser sends it back.
    private func cookie(isSecure: Bool = false, host: String = "localhost:9797") throws -> String {
        let response = try #require(
            answer(.get, "/", query: [("token", token.text)], isSecure: isSecure, host: host))
        let field = try #require(response.headers["Set-Cookie"])
        return String(field.prefix { $0 != ";" })
    }

    @Test func `the token in the address is exchanged for a cookie that is not the token`() throws {
        let response = try #require(answer(.get, "/", query: [("token", token.text)]))
        #expect(response.status == .seeOther)
        #expect(response.headers["Location"] == "/")
        let field = try #require(response.headers["Set-Cookie"])
        #expect(field.wholeMatch(of: /ergometer-9797=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict/) != nil)
        #expect(!field.contains(token.text))
        #expect(answer(headers: ["Cookie": try cookie()]) == nil)
    }

    @Test func `the cookie of a server with TLS goes nowhere else`() throws {
        let response = try #require(answer(.get, "/", query: [("token", token.text)], isSecure: true))
        let field = try #require(response.headers["Set-Cookie"])
        #expect(field.hasPrefix("__Host-ergometer-9797=") && field.hasSuffix("; Secure"))
        #expect(answer(headers: ["Cookie": try cookie(isSecure: true)], isSecure: true) == nil)
        #expect(answer(headers: ["Cookie": try cookie()], isSecure: true)?.status == .unauthorized)
    }

    @Test func `servers on two ports of a host have two cookies, and a token of its own opens each`() throws {
        let other = try cookie(host: "localhost:9798")
        #expect(answer(headers: ["Cookie": other])?.status == .unauthorized)
        #expect(answer(headers: ["Cookie": "\(other); \(try cookie())"]) == nil)
    }

    @Test func `another cookie of our name does not keep us out`() throws {
        let ours = try cookie()
        for field in ["a=b; \(ours)", "\(ours);a=b", "ergometer-9797=tossed; \(ours)", "a; =; ;\(ours)"] {
            #expect(answer(headers: ["Cookie": field]) == nil, "\(field)")
        }
        for field in [
            "", "ergometer-9797=", "ergometer-9797=\(token.text)", "x\(ours)", "\(ours)0",
            "ERGOMETER\(ours.dropFirst(9))",
        ] {
            #expect(answer(headers: ["Cookie": field])?.status == .unauthorized, "\(field)")
        }
    }

    @Test func `a wrong token signs nobody in, whoever asks`() throws {
        let wrong: [[(name: String, value: String)]] = [
            [("token", "")], [("token", "x")], [("token", token.text), ("token", "x")],
            [("token", token.forBrowsers.text)],
        ]
        for query in wrong {
            #expect(answer(.get, "/", query: query, headers: ["Cookie": try cookie()])?.status == .unauthorized)
        }
        #expect(answer(.get, "/runs", query: [("token", token.text)])?.status == .unauthorized, "only at /")
        #expect(answer(.post, "/", query: [("token", token.text)])?.status == .unauthorized, "only GET")
    }

    @Test(arguments: [
        ([:], 403), (["Origin": "http://localhost:9797"], nil), (["Origin": "https://localhost:9797"], nil),
        (["Origin": "http://localhost:3000"], 403), (["Origin": "http://localhost"], 403),
        (["Origin": "http://127.0.0.1:9797"], 403), (["Sec-Fetch-Site": "same-origin"], nil),
        (["Sec-Fetch-Site": "none"], 403), (["Sec-Fetch-Site": "same-site"], 403),
        (["Origin": "http://localhost:9797", "Sec-Fetch-Site": "same-origin"], nil),
        (["Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-origin"], 403),
        (["Origin": "http://localhost:9797", "Sec-Fetch-Site": "same-site"], 403),
    ])
    func `with a cookie, only our own page changes something`(said: [String: String], expected: Int?) throws {
        var headers: HTTPHeaders = ["Cookie": try cookie()]
        for (name, value) in said { headers.append(name: name, value: value) }
        for method in [HTTPMethod.post, .delete, .put, .patch] {
            #expect(answer(method, headers: headers)?.status.code == expected)
        }
    }

    @Test func `a page without TLS is not ours where the server has it`() throws {
        var headers: HTTPHeaders = ["Cookie": try cookie(isSecure: true), "Origin": "http://localhost:9797"]
        #expect(answer(.post, headers: headers, isSecure: true)?.status == .forbidden)
        headers["Origin"] = "https://localhost:9797"
        #expect(answer(.post, headers: headers, isSecure: true) == nil)
    }

    @Test func `a wrong header is not made up for by a right cookie`() throws {
        let headers: HTTPHeaders = ["Cookie": try cookie(), "Authorization": "Bearer wrong"]
        #expect(answer(headers: headers)?.status == .unauthorized)
    }

    @Test(arguments: [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true), ("text/html", true), ("*/*", false),
        ("", false), ("application/json", false), ("application/json, text/html;q=0.5", false),
        ("text/html, application/json", false), ("text/*", false),
    ])
    func `people get a page that says how to sign in, programs get a problem`(accept: String, isPage: Bool) throws {
        let response = try #require(answer(headers: ["Accept": accept]))
        #expect(response.status == .unauthorized)
        #expect(response.headers["WWW-Authenticate"] != nil)
        #expect(response.headers["Content-Type"]?.hasPrefix(isPage ? "text/html" : "application/problem+json") == true)
        guard isPage, case .bytes(let bytes) = response.body else { return }
        let page = String(decoding: bytes, as: UTF8.self)
        #expect(page.contains("ergometer token") && page.contains("href=\"/assets/ergometer.css\""))
        #expect(response.headers["Content-Security-Policy"]?.contains("style-src 'self'") == true)
    }

    @Test func `what the pages are made of is open, and nothing beside it`() {
        #expect(answer(.get, "/assets/ergometer.css") == nil)
        for path in ["/assets", "/assetsx", "/", "/Assets/x"] {
            #expect(answer(.get, path)?.status == .unauthorized, "\(path)")
        }
    }
}
