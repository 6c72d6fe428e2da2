import HTTPServer
import Testing

@Suite struct HTTPFramingTests {
    private static func head(_ headers: HTTPHeaders, version: String = "HTTP/1.1") -> HTTPHead {
        HTTPHead(method: "POST", version: version, target: Array("/".utf8), headers: headers)
    }

    @Test("sound heads tell how long their body is")
    func sound() throws {
        #expect(try HTTPFraming(Self.head(["Host": "h"])) == .noBody)
        #expect(try HTTPFraming(Self.head(["Host": "h", "content-LENGTH": "0"])) == .noBody)
        #expect(try HTTPFraming(Self.head(["Host": "h", "Content-Length": "007"])) == .length(7))
        #expect(try HTTPFraming(Self.head(["Host": "h", "Transfer-Encoding": "Chunked"])) == .chunked)
        #expect(try HTTPFraming(Self.head([:], version: "HTTP/1.0")) == .noBody)
        #expect(try HTTPFraming(Self.head(["Host": "h", "X-Any": "tab\tand umlaut ä"])) == .noBody)
    }

    @Test(
        "heads that two readers could read in two ways are refused",
        arguments: [
            [("Host", "a"), ("Host", "a")],
            [("host", "a"), ("HOST", "b")],
            [("Content-Length", "3"), ("Content-Length", "4")],
            [("Content-Length", "3"), ("Content-Length", "3")],
            [("Content-Length", "3"), ("Transfer-Encoding", "chunked")],
            [("Content-Length", "+3")],
            [("Content-Length", "3, 3")],
            [("Content-Length", "")],
            [("Content-Length", "0x3")],
            [("Content-Length", "99999999999999999999999")],
            [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
            [("Name ", "space before the colon")],
            [("", "no name")],
            [(" folded", "first line")],
            [("Na(me", "bracket")],
            [("Umläut", "not ASCII")],
            [("X", "bare\rreturn")],
            [("X", "bare\nline feed")],
            [("X", "nul\0")],
            [("X", "\u{7f}")],
        ])
    func unsound(fields: [(String, String)]) {
        var headers = HTTPHeaders()
        if !fields.contains(where: { $0.0.lowercased() == "host" }) { headers.append(name: "Host", value: "h") }
        for field in fields { headers.append(name: field.0, value: field.1) }
        let problem = #expect(throws: HTTPProblem.self) { try HTTPFraming(Self.head(headers)) }
        #expect(problem?.status == .badRequest)
    }

    @Test(
        "other transfer codings are not implemented",
        arguments: ["gzip", "xchunked", "identity", "gzip, chunked", "chunked\t", "chunked ", ""])
    func codings(coding: String) {
        let head = Self.head(["Host": "h", "Transfer-Encoding": coding])
        let problem = #expect(throws: HTTPProblem.self) { try HTTPFraming(head) }
        #expect(problem?.status == .notImplemented)
    }

    @Test("HTTP/1.1 needs a Host, HTTP/1.0 may do without, but not have two, nor a transfer coding")
    func versions() {
        #expect(throws: HTTPProblem.self) {
            try HTTPFraming(Self.head(["Host": "a", "host": "b"], version: "HTTP/1.0"))
        }
        #expect(throws: HTTPProblem.self) { try HTTPFraming(Self.head([:])) }
        #expect(throws: HTTPProblem.self) {
            try HTTPFraming(Self.head(["Transfer-Encoding": "chunked"], version: "HTTP/1.0"))
        }
    }
}
