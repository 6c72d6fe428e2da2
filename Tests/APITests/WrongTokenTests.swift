import Glibc
import HTTPServer
import Synchronization
import Testing

@testable import API

@Suite struct WrongTokenTests {
    private let token = AccessToken.random()

    private static func peer(_ text: String) -> HTTPPeerAddress {
        .ipv4(in_addr(s_addr: inet_addr(text)))
    }

    private func ask(_ policy: AccessPolicy, _ token: String?, from address: String) -> HTTPResponse? {
        var headers: HTTPHeaders = ["Host": "localhost"]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        var request = HTTPRequest(method: .get, path: "/runs", headers: headers, peer: Self.peer(address))
        return policy.admit(&request)
    }

    @Test func `whoever shows many wrong tokens is told to wait, and nobody else`() throws {
        let policy = AccessPolicy(keys: AccessKeys([.owner: token]), hosts: HostList(names: []))
        for _ in 0..<WrongTokens.maximumPerAddress {
            #expect(ask(policy, "wrong", from: "10.0.0.1")?.status == .unauthorized)
        }
        let refused = try #require(ask(policy, "wrong", from: "10.0.0.1"))
        #expect(refused.status == .tooManyRequests)
        #expect((1...60).contains(Int(refused.headers["Retry-After"] ?? "") ?? 0))
        #expect(ask(policy, "wrong", from: "10.0.0.2")?.status == .unauthorized)
        #expect(ask(policy, nil, from: "10.0.0.1")?.status == .unauthorized, "no token is no wrong one")
        #expect(ask(policy, token.text, from: "10.0.0.1")?.status == nil, "a right one is let in")
    }

    @Test func `cookies and links are guesses too`() throws {
        let wrong = WrongTokens()
        let policy = AccessPolicy(keys: AccessKeys([.owner: token]), hosts: HostList(names: []), wrongTokens: wrong)
        var link = HTTPRequest(method: .get, path: "/", query: [("token", "x")], headers: ["Host": "localhost"])
        var cookie = HTTPRequest(method: .get, path: "/", headers: ["Host": "localhost", "Cookie": "ergometer=x"])
        for _ in 0..<(WrongTokens.maximumPerAddress / 2) {
            #expect(policy.admit(&link)?.status == .unauthorized)
            #expect(policy.admit(&cookie)?.status == .unauthorized)
        }
        #expect(policy.admit(&link)?.status == .tooManyRequests)
        #expect(policy.admit(&cookie)?.status == .tooManyRequests)
    }

    @Test func `many addresses together are too many as well, and a minute later all is forgotten`() {
        let reported = Mutex<[String]>([])
        let wrong = WrongTokens { address in reported.withLock { $0.append(address) } }
        let start = ContinuousClock.now
        for number in 0..<WrongTokens.maximumInAll {
            #expect(wrong.add(from: Self.peer("10.0.0.\(number)"), at: start) == nil)
        }
        #expect(wrong.add(from: Self.peer("10.1.0.1"), at: start + .seconds(20)) == .seconds(40))
        #expect(wrong.add(from: Self.peer("10.1.0.1"), at: start + WrongTokens.period) == nil)
        #expect(reported.withLock { $0 } == ["10.0.0.99 and others"])
    }

    @Test func `the operator hears of an address once`() {
        let reported = Mutex<[String]>([])
        let wrong = WrongTokens { address in reported.withLock { $0.append(address) } }
        let start = ContinuousClock.now
        for _ in 0..<50 { _ = wrong.add(from: Self.peer("10.0.0.1"), at: start) }
        #expect(reported.withLock { $0 } == ["10.0.0.1"])
    }
}
