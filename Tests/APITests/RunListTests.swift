import HTTPServer
import Runs
import Storage
import Testing

@testable import API

@Suite struct RunListTests {
    @Test func `a list leaves the environments out, and shows them with the run`() throws {
        let api = try TestAPI()
        let run = try api.store(RunSpecification(command: .shell("true"), name: "n", environment: ["SECRET": "s"]))
        let list = try api.get("/runs").text
        #expect(list.contains("\"name\" : \"n\""))
        #expect(list.contains("\"totals\""))
        #expect(!list.contains("\"environment\""))
        let path = ["id": run.id.description]
        var request = HTTPRequest(method: .get, path: "/", pathParameters: path)
        request.role = .owner
        let shown = try api.reply(.get, "/runs/{id}", request)
        guard case .now(let response) = shown, case .bytes(let bytes) = response.body else {
            return #expect(Bool(false), "no answer at once")
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"SECRET\" : \"s\""))
    }

    @Test func `a page of heavy runs is short, and the next one goes on`() throws {
        let api = try TestAPI()
        let text = String(repeating: "x", count: 700_000)
        for index in 0..<5 {
            _ = try api.store(RunSpecification(command: .arguments(["echo", text])), at: Int64(index))
        }
        var query = [(name: "limit", value: "200")]
        var pages = 0
        var next: String?
        repeat {
            let (response, body) = try api.get("/runs", query: query)
            #expect(body.utf8.count < 2_000_000)
            pages += 1
            next = response.headers["Link"]?.split(separator: "cursor=").last.map { String($0.prefix { $0 != ">" }) }
            query = [("limit", "200"), ("cursor", next ?? "")]
        } while next != nil
        #expect(pages == 3)
    }

    @Test func `a label is found whatever stands behind its equals sign`() throws {
        let api = try TestAPI()
        let run = try api.store(RunSpecification(command: .shell("true"), labels: ["a": "\u{301}x=y"]))
        let request = HTTPRequest(method: .get, path: "/runs", query: [("label", "a=\u{301}x=y")])
        let labels = try QueryParameters(request, known: ["label"]).pairs("label")
        #expect(try api.database.runs(RunQuery(labels: labels)).runs.map(\.id) == [run.id])
    }

    @Test func `nobody asks for more labels than a run can have`() throws {
        func labels(_ count: Int) throws -> Int {
            let request = HTTPRequest(method: .get, path: "/runs", query: (0..<count).map { ("label", "\($0)=") })
            return try QueryParameters(request, known: ["label"], repeatable: ["label"]).pairs("label").count
        }
        #expect(try labels(64) == 64)
        #expect(throws: HTTPProblem.self) { try labels(65) }
    }

    @Test(arguments: ["/runs", "/"])
    func `all runs are looked through in the background, while the server answers others`(path: String) throws {
        let api = try TestAPI()
        func isLater(_ name: String, _ value: String) throws -> Bool {
            let request = HTTPRequest(method: .get, path: path, query: [(name, value)])
            if case .later = try api.reply(.get, path, request) { return true }
            return false
        }
        #expect(try isLater("search", "x") && !isLater("name", "x"))
    }
}
