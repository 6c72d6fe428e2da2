import Testing

@testable import HTTPServer

@Suite struct HTTPPreferencesTests {
    @Test func `names, parameters and weights are read, whatever their case and spacing`() {
        let items = HTTPPreferences(["Text/Plain; Version=\"0.0.4\" ;q=0.5 , */*;q=0.1", "GZIP"]).items
        #expect(
            items == [
                .init(name: "text/plain", parameters: ["version": "0.0.4"], weight: 0.5),
                .init(name: "*/*", parameters: [:], weight: 0.1), .init(name: "gzip", parameters: [:], weight: 1),
            ])
    }

    @Test(arguments: ["", ",", ";q=1", " , ;"])
    func `what says nothing is nothing`(field: String) {
        #expect(HTTPPreferences([field]).items.isEmpty)
    }

    @Test func `no more items are read than anybody needs, and none that is long`() {
        let many = Array(repeating: "a", count: 40).joined(separator: ",")
        #expect(HTTPPreferences([many, many]).items.count == 32)
        #expect(HTTPPreferences(["gzip;\(String(repeating: "x", count: 300)), br"]).items.map(\.name) == ["br"])
    }

    @Test(arguments: ["high", "nan", "inf", "-1", "2"])
    func `a weight that is none means unwanted`(text: String) {
        #expect(HTTPPreferences(["gzip;q=\(text)"]).items.first?.weight == 0)
    }

    @Test(
        arguments: [
            ("gzip", true), ("deflate, gzip;q=0.1", true), ("*", true), ("x-gzip", true), ("gzip;q=0", false),
            ("*, gzip;q=0", false), ("*;q=0", false), ("br", false), ("identity", false), ("", false),
        ])
    func `a body is compressed where the client takes gzip`(accepted: String, isCompressed: Bool) {
        let request = HTTPRequest(method: .get, path: "/", headers: ["Accept-Encoding": accepted])
        let response = HTTPResponse(contentType: "text/plain", body: .text(String(repeating: "joules ", count: 999)))
            .compressed(for: request)
        #expect((response.headers["Content-Encoding"] == "gzip") == isCompressed)
        guard case .bytes(let bytes) = response.body else { return }
        #expect((bytes.count < 999) == isCompressed)
    }
}
