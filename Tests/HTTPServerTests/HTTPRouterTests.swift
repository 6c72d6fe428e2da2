import HTTPServer
import Testing

@Suite struct HTTPRouterTests {
    private static let router = HTTPRouter(
        [
            (.get, "/runs/{id}"), (.get, "/runs/latest"), (.delete, "/runs/{id}"), (.post, "/runs"), (.get, "/"),
            (.get, "/runs/{id}/measurements.csv"),
        ].map { (method: HTTPMethod, pattern: String) in
            HTTPRoute(method, pattern) { _ in .now(HTTPResponse(status: .ok)) }
        })

    private static func found(_ method: HTTPMethod, _ path: String) -> (pattern: String, parameters: [String: String])?
    {
        guard case .found(let route, let parameters) = router.match(method, path) else { return nil }
        return (route.pattern, parameters)
    }

    @Test("a literal segment goes before a parameter, whatever the order of the routes")
    func literalFirst() {
        #expect(Self.found(.get, "/runs/latest")?.pattern == "/runs/latest")
        #expect(Self.found(.get, "/runs/7")?.parameters == ["id": "7"])
        #expect(Self.found(.delete, "/runs/latest")?.pattern == "/runs/{id}")
    }

    @Test("a literal path is that path by its bytes, not one that Unicode holds for the same")
    func literalBytes() {
        let kelvin = HTTPRouter([HTTPRoute(.get, "/K") { _ in .now(HTTPResponse(status: .ok)) }])
        guard case .found = kelvin.match(.get, "/K") else {
            Issue.record("the literal was not found")
            return
        }
        guard case .notFound = kelvin.match(.get, "/\u{212A}") else {
            Issue.record("the sign of kelvin was taken for K")
            return
        }
    }

    @Test("HEAD finds the route of GET")
    func head() {
        #expect(Self.found(.head, "/runs/7/measurements.csv")?.pattern == "/runs/{id}/measurements.csv")
        #expect(Self.found(.head, "/runs") == nil)
    }

    @Test(
        "segments match as a whole and are never empty", arguments: ["/runs/", "/runs//", "//", "/runs/a/b", "/RUNS"])
    func unmatched(path: String) {
        guard case .notFound = Self.router.match(.get, path) else {
            Issue.record("\(path) was matched")
            return
        }
    }

    @Test("another method is told which ones the path allows")
    func otherMethod() {
        guard case .otherMethod(let pattern, let allowed) = Self.router.match(.put, "/runs/7") else {
            Issue.record("PUT was matched")
            return
        }
        #expect(pattern == "/runs/{id}")
        #expect(allowed == [.get, .head, .delete, .options])
    }
}
