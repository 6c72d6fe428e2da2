import Foundation
import HTTPServer
import Runs
import Storage
import Testing
import Yams

@testable import API

/// openapi.yaml and the code say the same.
@Suite struct ContractTests {
    private let document: [String: Any]
    private let paths: [String: [String: Any]]

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../openapi.yaml")
        document = try #require(try Yams.load(yaml: String(contentsOf: file, encoding: .utf8)) as? [String: Any])
        paths = try #require(document["paths"] as? [String: [String: Any]])
    }

    @Test func `every route is in the contract, and nothing else is`() throws {
        let routes = try TestAPI().api.routes.map { "\($0.method.rawValue) \($0.pattern)" }
        let methods = Set(["get", "post", "put", "patch", "delete"])
        let operations = paths.flatMap { path, item in
            item.keys.filter(methods.contains).map { "\($0.uppercased()) \(path)" }
        }
        #expect(Set(routes) == Set(operations))
        #expect(routes.count == Set(routes).count)
    }

    @Test func `the contract that is served is the one at the top of the repository`() throws {
        let route = try #require(try TestAPI().api.routes.first { $0.pattern == "/openapi.yaml" })
        guard case .now(let response) = try route.handler(HTTPRequest(method: .get, path: "/openapi.yaml")),
            case .bytes(let bytes) = response.body
        else {
            Issue.record("no document was served")
            return
        }
        let served = try Yams.load(yaml: String(decoding: bytes, as: UTF8.self)) as? [String: Any]
        #expect(served?["paths"] as? NSDictionary == paths as NSDictionary)
        #expect((document["info"] as? [String: Any])?["version"] as? String == ErgometerAPI.version)
    }

    @Test func `a parameter that the contract does not name is refused, and those it names are not`() throws {
        let api = try TestAPI()
        for route in api.api.routes where route.method == .get {
            let operation = try #require(paths[route.pattern]?["get"] as? [String: Any])
            let named = (operation["parameters"] as? [[String: Any]] ?? []).filter { $0["in"] as? String == "query" }
                .compactMap { $0["name"] as? String }
            let problem = #expect(throws: HTTPProblem.self, "\(route.pattern)") {
                try route.handler(
                    HTTPRequest(method: .get, path: route.pattern, query: [("no-such-parameter", "1")]))
            }
            // The answer lists those that the route takes.
            let detail = problem?.detail ?? ""
            #expect(named.allSatisfy(detail.contains), "\(route.pattern): \(named) against \(detail)")
            #expect(!named.isEmpty || detail.contains("takes none"), "\(route.pattern): \(detail)")
        }
    }

    @Test func `a cursor is what the contract says, and what the server writes`() throws {
        let parameters = try #require((paths["/runs"]?["get"] as? [String: Any])?["parameters"] as? [[String: Any]])
        let schema = parameters.first { $0["name"] as? String == "cursor" }?["schema"] as? [String: Any]
        let pattern = try Regex(try #require(schema?["pattern"] as? String))
        let id = "01hxxxxxxxxxxxxxxxxxxxxxxx"
        for text in [id, "8\(id.dropFirst())", id.uppercased(), "\(id).1", "\(id)x", "", "0", "7\(id.dropFirst())"] {
            #expect((try pattern.wholeMatch(in: text) != nil) == (RunID(text) != nil), "\(text)")
        }
        #expect(RunID(id) != nil)
    }

    @Test func `the fields of a run are those of the contract`() throws {
        let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]]
        let properties = schemas?["RunSpecification"]?["properties"] as? [String: Any]
        #expect(Set(properties?.keys.map { $0 } ?? []) == RunRequest.fieldNames)
        let limits = schemas?["Limits"]?["properties"] as? [String: Any]
        #expect(Set(limits?.keys.map { $0 } ?? []) == RunRequest.limitNames)
        let outcomes = (schemas?["Run"]?["properties"] as? [String: [String: Any]])?["outcome"]?["enum"] as? [String]
        #expect(Set(outcomes ?? []) == Set(Outcome.allNames))
        #expect(Set(schemas?["RunState"]?["enum"] as? [String] ?? []) == Set(RunState.allCases.map(\.rawValue)))
    }

    @Test
    func `the account of a run has the fields of the contract, each with its source or the reason for its absence`()
        throws
    {
        var usage = ResourceUsage(
            userTime: .seconds(1), systemTime: .zero, minorPageFaults: 0, majorPageFaults: 0,
            voluntaryContextSwitches: 0, involuntaryContextSwitches: 0, blocksRead: 0, blocksWritten: 0)
        let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]]
        let properties = try #require(schemas?["ResourceUsage"]?["properties"] as? [String: [String: Any]])
        let origins = (properties["sources"]?["additionalProperties"] as? [String: Any])?["enum"] as? [String]
        #expect(Set(origins ?? []) == Set(AccountOrigin.allCases.map(\.rawValue)))
        let numbers = Set(properties.keys).subtracting(["source", "sources", "unavailable"])
        for peak in [nil, 1 << 30] as [UInt64?] {
            usage.maximumResidentBytes = peak
            usage.launcherResidentBytes = 0
            let object = try fields(of: UsageResource(usage))
            let sources = Set((object["sources"] as? [String: String] ?? [:]).keys)
            let reasons = Set((object["unavailable"] as? [String: String] ?? [:]).keys)
            #expect(sources.union(reasons) == numbers && sources.isDisjoint(with: reasons))
            #expect(Set(object.keys) == Set(properties.keys).subtracting(reasons))
            #expect(reasons == (peak == nil ? ["peak_memory_bytes"] : []))
        }
    }

    private func fields(of value: some Encodable) throws -> [String: Any] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try JSONSerialization.jsonObject(with: encoder.encode(value)) as? [String: Any] ?? [:]
    }
}
