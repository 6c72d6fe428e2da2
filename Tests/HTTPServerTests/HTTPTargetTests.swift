import HTTPServer
import Testing

@Suite struct HTTPTargetTests {
    private static func target(_ text: String) throws -> HTTPTarget {
        try HTTPTarget(Array(text.utf8))
    }

    @Test(
        "paths are decoded",
        arguments: [
            ("/", "/"), ("/runs/a%20b", "/runs/a b"), ("/a+b", "/a+b"), ("/%E4%BD%A0", "/你"), ("/你", "/你"),
            ("/a//b", "/a//b"), ("/...", "/..."), ("/a?b", "/a"), ("*", "*"), ("/%25%32%35", "/%25"),
            ("/a;b=c", "/a;b=c"),
        ])
    func paths(raw: String, path: String) throws {
        #expect(try Self.target(raw).path == path)
    }

    @Test("queries are decoded, in their order, and split at the first =")
    func queries() throws {
        let query = try Self.target("/?label=k%3Dv&label=a=b&flag&empty=&x=+%2b&&%66=1?2").query
        #expect(query.map(\.name) == ["label", "label", "flag", "empty", "x", "f"])
        #expect(query.map(\.value) == ["k=v", "a=b", "", "", " +", "1?2"])
    }

    @Test("the authority of an absolute form is told apart")
    func absolute() throws {
        let target = try Self.target("http://h:80/a?b=c")
        #expect(target.authority == "h:80")
        #expect(target.path == "/a")
        #expect(target.query("b") == "c")
        #expect(try Self.target("https://h").path == "/")
        #expect(try Self.target("http://h?x=1").path == "/")
        #expect(try Self.target("/a").authority == nil)
    }

    @Test(
        "what could be read in two ways is refused",
        arguments: [
            "", "a", "a:443", "?x", "ftp://h/a", "http:///a", "/a b", "/a#b", "/a\u{1}", "/a\u{7f}",
            "/%", "/%2", "/%zz", "/%+1", "/%00", "/%0d%0a", "/%7f", "/%ff", "/%c0%af", "/%ed%a0%80",
            "/a%2fb", "/a%2Fb", "/.", "/..", "/a/../b", "/a/.", "/%2e%2e/a", "/.%2E/a",
            "/a?%zz", "/a?x=%00", "/a?x=%ff", "/a?%",
        ])
    func refused(raw: String) {
        let problem = #expect(throws: HTTPProblem.self) { try Self.target(raw) }
        #expect(problem?.status == .badRequest)
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() {
        #expect(throws: HTTPProblem.self) { try HTTPTarget([UInt8(ascii: "/"), 0xff]) }
        #expect(throws: HTTPProblem.self) { try HTTPTarget([UInt8(ascii: "/"), 0x00, 0x61]) }
    }
}

extension HTTPTarget {
    fileprivate func query(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}
