import HTTPServer
import Runs
import Testing

@testable import API

/// Owner, viewer, scraper: what each of them may do, and for how long.
@Suite struct RoleTests {
    private let tokens: [HTTPRole: AccessToken] = [.owner: .random(), .viewer: .random(), .scraper: .random()]

    private func status(
        _ method: HTTPMethod, _ path: String, as role: HTTPRole, keys: AccessKeys? = nil
    ) -> (code: Int?, role: HTTPRole?) {
        var request = HTTPRequest(
            method: method, path: path,
            headers: ["Host": "localhost", "Authorization": "Bearer \(tokens[role]!.text)"])
        let policy = AccessPolicy(keys: keys ?? AccessKeys(tokens), hosts: HostList(names: []))
        return (policy.admit(&request)?.status.code, request.role)
    }

    @Test func `a viewer looks and changes nothing`() {
        for method in [HTTPMethod.get, .head] {
            #expect(status(method, "/runs", as: .viewer) == (nil, .viewer))
        }
        for method in [HTTPMethod.post, .delete, .put, .patch] {
            #expect(status(method, "/runs", as: .viewer).code == 403)
            #expect(status(method, "/runs", as: .owner) == (nil, .owner))
        }
    }

    @Test func `a scraper reads the metrics and nothing else`() {
        #expect(status(.get, "/metrics", as: .scraper).code == nil)
        for path in ["/runs", "/", "/runs/x/metrics", "/capabilities"] {
            #expect(status(.get, path, as: .scraper).code == 403, "\(path)")
        }
        #expect(status(.post, "/metrics", as: .scraper).code == 403)
    }

    @Test func `metrics are open until there is a token for them, and then to everybody who has any`() {
        func anonymous(_ keys: AccessKeys) -> Int? {
            var request = HTTPRequest(method: .get, path: "/metrics", headers: ["Host": "localhost"])
            return AccessPolicy(keys: keys, hosts: HostList(names: [])).admit(&request)?.status.code
        }
        #expect(anonymous(AccessKeys([.owner: tokens[.owner]!])) == nil)
        #expect(anonymous(AccessKeys(tokens)) == 401)
        for role in tokens.keys { #expect(status(.get, "/metrics", as: role).code == nil) }
    }

    @Test func `once a token is replaced, it and the cookies made of it are worth nothing`() throws {
        let keys = AccessKeys(tokens)
        let policy = AccessPolicy(keys: keys, hosts: HostList(names: []))
        var signIn = HTTPRequest(
            method: .get, path: "/", query: [("token", tokens[.owner]!.text)], headers: ["Host": "localhost"])
        let cookie = try #require(policy.admit(&signIn)?.headers["Set-Cookie"])
        var request = HTTPRequest(method: .get, path: "/runs", headers: ["Host": "localhost", "Cookie": cookie])
        #expect(policy.admit(&request) == nil)
        var others = tokens
        others[.owner] = .random()
        keys.replace(others)
        #expect(policy.admit(&request)?.status == .unauthorized)
        #expect(status(.get, "/runs", as: .owner, keys: keys).code == 401)
        #expect(status(.get, "/runs", as: .viewer, keys: keys).code == nil)
    }

    @Test func `what goes into a command and comes out of it is the owner's`() throws {
        let api = try TestAPI()
        let run = try api.store(RunSpecification(command: .arguments(["true"]), environment: ["KEY": "hush"]))
        func ask(_ pattern: String, as role: HTTPRole?) throws -> HTTPResponse {
            var request = HTTPRequest(method: .get, path: pattern, pathParameters: ["id": run.id.description])
            request.role = role
            guard case .now(let response) = try api.reply(.get, pattern, request) else { throw HTTPProblem(.gone) }
            return response
        }
        func text(_ role: HTTPRole?) throws -> String {
            guard case .bytes(let bytes) = try ask("/runs/{id}", as: role).body else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(try text(.owner).contains("hush"))
        for role in [HTTPRole.viewer, nil] {
            #expect(try !text(role).contains("hush"))
            for stream in ["stdout", "stderr"] {
                let problem = #expect(throws: HTTPProblem.self) { try ask("/runs/{id}/\(stream)", as: role) }
                #expect(problem?.status == .forbidden)
            }
        }
        #expect(throws: Never.self) { try ask("/runs/{id}/stdout", as: .owner) }
        func page(_ role: HTTPRole) throws -> String {
            var request = HTTPRequest(
                method: .get, path: "/", headers: ["Accept": "text/html"], pathParameters: ["id": run.id.description])
            request.role = role
            guard case .now(let response) = try api.reply(.get, "/runs/{id}", request),
                case .bytes(let bytes) = response.body
            else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(try page(.viewer).contains("for the owner only") && !page(.viewer).contains("stdout-title"))
        #expect(try page(.owner).contains("stdout-title"))
        #expect(!String(decoding: RunFeed.event("state", id: "1", run), as: UTF8.self).contains("hush"))
    }
}
