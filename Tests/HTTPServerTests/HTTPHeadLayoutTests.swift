import HTTPServer
import Testing

/// The positions are those that libmicrohttpd 0.9.75 gave for the request of each comment.
@Suite struct HTTPHeadLayoutTests {
    private static func layout(
        target: Range<Int> = 4..<5, version: Range<Int> = 6..<14, fields: [(Range<Int>, Range<Int>)], size: Int
    ) -> HTTPHeadLayout {
        HTTPHeadLayout(
            methodLength: 3, target: target, version: version,
            fields: fields.map { HTTPHeadLayout.Field(name: $0.0, value: $0.1) }, size: size)
    }

    @Test("a head without gaps has no fault")
    func sound() {
        // GET / HTTP/1.1␍␊Host: a␍␊X:1␍␊Empty:␍␊␍␊
        let fields = [(16..<20, 22..<23), (25..<26, 27..<28), (30..<35, 36..<36)]
        #expect(Self.layout(fields: fields, size: 40).fault == nil)
        // GET / HTTP/1.0␍␊␍␊
        #expect(Self.layout(fields: [], size: 18).fault == nil)
    }

    @Test("bytes that belong to nothing are found")
    func gaps() {
        // GET / HTTP/1.1␍␊Host: a␍␊F: a␍␊ b␍␊G: c␍␊␍␊, where F was copied to make one line
        let folded = [(16..<20, 22..<23), (16_384..<16_386, 28..<29), (35..<36, 38..<39)]
        #expect(Self.layout(fields: folded, size: 43).fault?.contains("folded") == true)
        // GET / HTTP/1.1␍␊Host: a␍␊F: a␀b␍␊G: c␍␊␍␊
        let cut = [(16..<20, 22..<23), (25..<26, 28..<29), (33..<34, 36..<37)]
        #expect(Self.layout(fields: cut, size: 41).fault?.contains("NUL") == true)
        // GET / HTTP/1.1␊Host: a␍␊F: a␊G: c␊␊
        let bare = [(15..<19, 21..<22), (24..<25, 27..<28), (29..<30, 32..<33)]
        #expect(Self.layout(fields: bare, size: 35).fault?.contains("CR LF") == true)
        // GET / HTTP/1.1␍␊Host: a␍␊: v␍␊, where the nameless field was taken for the end
        #expect(Self.layout(fields: [(16..<20, 22..<23)], size: 30).fault?.contains("no name") == true)
        // GET /a␀b?x␀y HTTP/1.1␍␊
        #expect(Self.layout(target: 4..<6, version: 13..<21, fields: [], size: 25).fault != nil)
        // GET  /a HTTP/1.1␍␊
        #expect(Self.layout(target: 5..<7, version: 8..<16, fields: [], size: 20).fault != nil)
    }
}
