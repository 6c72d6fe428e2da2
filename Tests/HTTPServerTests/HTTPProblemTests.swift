import HTTPServer
import Testing

@Suite struct HTTPProblemTests {
    @Test("the document has the members of RFC 9457, and the faults")
    func document() {
        let problem = HTTPProblem(
            .unprocessableContent, type: "/problems/specification", title: "No good", detail: "Two faults.",
            errors: [.init("/command", "is \"empty\""), .init("/interval", "is\\too\nshort\t\u{1}é")])
        #expect(
            problem.json == """
                {"type":"/problems/specification","title":"No good","status":422,"detail":"Two faults.",\
                "errors":[{"pointer":"/command","detail":"is \\"empty\\""},\
                {"pointer":"/interval","detail":"is\\\\too\\nshort\\t\\u0001é"}]}

                """)
    }

    @Test("without more it tells the status and its phrase")
    func plain() {
        let response = HTTPProblem(.notFound, headers: ["Retry-After": "1"]).response
        #expect(response.status == .notFound)
        #expect(response.headers["content-type"] == "application/problem+json")
        #expect(response.headers["retry-after"] == "1")
        #expect(HTTPProblem(.notFound).json == "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}\n")
    }
}
