import HTTPServer
import Runs
import Storage
import Testing

@testable import API

/// Who gets a page, and what goes along with it.
@Suite struct PageRouteTests {
    private func answer(_ api: TestAPI, _ pattern: String, _ request: HTTPRequest) throws -> HTTPResponse {
        guard case .now(let response) = try api.reply(.get, pattern, request) else {
            throw HTTPProblem(.internalServerError, detail: "no answer at once")
        }
        return response
    }

    @Test(arguments: [
        (nil, "application/json"), ("*/*", "application/json"), ("application/json", "application/json"),
        ("text/html;q=0.5,application/json", "application/json"), ("application/json,text/html", "application/json"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "text/html; charset=utf-8"),
    ])
    func `a run is a page for browsers and a document for programs`(accept: String?, type: String) throws {
        let api = try TestAPI()
        let run = try api.store(RunSpecification(command: .shell("true")))
        var headers: HTTPHeaders = [:]
        headers["Accept"] = accept
        let request = HTTPRequest(
            method: .get, path: "/", headers: headers, pathParameters: ["id": run.id.description])
        let response = try answer(api, "/runs/{id}", request)
        #expect(response.headers["Content-Type"] == type)
        #expect(response.headers["Vary"] == "Accept")
    }

    @Test(arguments: ["/", "/machine"])
    func `nothing runs in a page but what this server serves`(pattern: String) throws {
        let response = try answer(try TestAPI(), pattern, HTTPRequest(method: .get, path: pattern))
        let policy = try #require(response.headers["Content-Security-Policy"])
        for directive in [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
            "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
        ] {
            #expect(policy.split(separator: "; ").contains(Substring(directive)))
        }
        #expect(!policy.contains("unsafe"))
    }

    @Test func `a browser that asks for what is not there gets a page that says so`() throws {
        let request = HTTPRequest(
            method: .get, path: "/", headers: ["Accept": "text/html"], pathParameters: ["id": "nonsense"])
        let response = try answer(try TestAPI(), "/runs/{id}", request)
        #expect(response.status == .notFound)
        #expect(response.headers["Content-Type"] == "text/html; charset=utf-8")
    }

    @Test func `a filter that was left empty asks for everything`() throws {
        let api = try TestAPI()
        _ = try api.store(RunSpecification(command: .shell("echo needle"), name: "one"))
        _ = try api.store(RunSpecification(command: .arguments(["printf", "Hay", "%"]), name: "two"), at: 1)
        let all = try api.get("/", query: [("state", ""), ("name", ""), ("search", "")]).text
        #expect(all.contains(">one</a>") && all.contains(">two</a>"))
        for (search, found) in [
            ("NEEDLE", ["one"]), ("two", ["two"]), ("printf hay", ["two"]), ("%", ["two"]), ("_", []),
        ] {
            let runs = try api.database.runs(RunQuery(search: search)).runs
            #expect(runs.map(\.specification.name) == found, "\(search)")
        }
    }

    @Test func `the library for charts is served where it is installed, and missed where it is not`() throws {
        let asset = { (assets: PageAssets, name: String) in
            try assets.answer(HTTPRequest(method: .get, path: "/", pathParameters: ["name": name]))
        }
        let without = PageAssets(libraryDirectory: "/nonexistent")
        #expect(!without.hasChartLibrary)
        #expect(throws: HTTPProblem.self) { try asset(without, "dygraph.min.js") }
        #expect(throws: HTTPProblem.self) { try asset(without, "../token") }
        guard case .now(let style) = try asset(without, "ergometer.css") else { return #expect(Bool(false)) }
        #expect(style.headers["Content-Type"] == "text/css; charset=utf-8" && style.headers["ETag"] != nil)
    }
}
