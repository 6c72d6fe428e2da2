import Testing

@testable import HTTPServer

@Suite struct HTTPHeadersTests {
    private let headers: HTTPHeaders = ["Accept": "a", "Host": "h", "ACCEPT": "b", "X-Empty": ""]

    @Test func `names compare without regard to case, values stay in their order`() {
        #expect(headers.values(of: "accept") == ["a", "b"])
        #expect(headers["aCCEPT"] == "a")
        #expect(headers["X-Empty"] == "" && headers.contains("x-empty"))
        #expect(headers["Accep"] == nil && headers["Accept-"] == nil && !headers.contains("Hos"))
        // "@" and "`" differ as "A" and "a" do, and are no letters.
        #expect((["@": "x"] as HTTPHeaders)["`"] == nil)
        #expect(headers.fields.map(\.name) == ["Accept", "Host", "ACCEPT", "X-Empty"])
        #expect(headers.fields.map(\.value) == ["a", "h", "b", ""])
    }

    @Test func `setting replaces all values, nil removes them`() {
        var headers = headers
        headers["Accept"] = "c"
        #expect(headers.fields.map(\.value) == ["h", "", "c"])
        headers["HOST"] = nil
        #expect(headers.fields.map(\.name) == ["X-Empty", "Accept"])
    }

    @Test func `fields of some names alone are kept to the byte`() {
        var headers = headers
        headers.append("Accept".utf8, [0xFF])
        let part = headers.only(["Accept", "X-Empty"])
        #expect(part.fields.map(\.name) == ["Accept", "ACCEPT", "X-Empty", "Accept"])
        #expect(part.agrees(with: headers, on: "accept"))
    }

    @Test(
        arguments: [
            (["accept": "a", "Accept": "b", "Host": "other"], true), (["Accept": "a"], false),
            (["Accept": "b", "ACCEPT": "a"], false), (["Accept": "a", "A": "b"], false),
            (["Accept": "a", "accept": "b", "Accept ": "b"], true),
            (["Accept": "a", "accept": "b", "ACCEPT": ""], false),
            ([:], false),
        ] as [(HTTPHeaders, Bool)])
    func `two agree on a field whose values are the same in the same order`(other: HTTPHeaders, isSame: Bool) {
        #expect(headers.agrees(with: other, on: "Accept") == isSame)
        #expect(other.agrees(with: headers, on: "Accept") == isSame)
        #expect(headers.agrees(with: other, on: "Accept-Encoding"))
    }
}
