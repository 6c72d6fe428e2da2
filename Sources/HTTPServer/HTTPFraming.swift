/// How long a request's body is, if its head can be trusted at all.
///
/// libmicrohttpd 0.9.75 takes the first of two Content-Length fields, and Transfer-Encoding before
/// Content-Length; a proxy in front may choose the other, and then the rest of the body is a request that it never
/// saw (request smuggling). Whatever is refused here is answered at once and the connection is closed.
///
/// What 0.9.75 does not show, or answers by itself:
/// - a bare LF behind a chunk's size or data is taken for CR LF (so every chunked request ends its connection), chunk
///   extensions and trailers are dropped, empty lines before the request line are skipped;
/// - a request line without three parts, or with a space in the target, closes the connection without an answer;
/// - a missing Host, a header line without a colon, a bad chunk (400), a target or head beyond the memory of a connection
///   (414, 431), a huge chunk (413), another version (505) are answered in HTML, without our headers;
/// - a Content-Length that is no number is a 400 whose head is sent twice; the connection is closed.
package enum HTTPFraming: Hashable, Sendable {
    /// Where the request ends cannot be known.
    case unknown
    case noBody
    case length(UInt64)
    case chunked

    /// - Throws: `HTTPProblem`; the connection must not be used any further.
    package init(_ head: HTTPHead) throws(HTTPProblem) {
        if let fault = head.layout?.fault { throw HTTPFraming.problem(fault) }
        try HTTPFraming.checkFields(of: head.headers)
        try HTTPFraming.checkHost(of: head)
        self = try HTTPFraming.body(of: head)
    }

    private static func problem(_ detail: String) -> HTTPProblem {
        HTTPProblem(.badRequest, detail: detail)
    }

    private static func checkFields(of headers: HTTPHeaders) throws(HTTPProblem) {
        guard headers.firstName(where: { name, _ in name.isEmpty || !name.allSatisfy(isTokenCharacter) }) == nil else {
            throw problem("A header name contains a character that is not allowed there.")
        }
        if let name = headers.firstName(where: { _, value in !value.allSatisfy(isFieldCharacter) }) {
            throw problem("The value of the header \(name) contains a control character.")
        }
    }

    private static func checkHost(of head: HTTPHead) throws(HTTPProblem) {
        let hosts = head.headers.count(of: "Host")
        guard hosts <= 1 else { throw problem("There is more than one Host header.") }
        guard hosts == 1 || head.version == "HTTP/1.0" else { throw problem("There is no Host header.") }
    }

    private static func body(of head: HTTPHead) throws(HTTPProblem) -> HTTPFraming {
        let codings = head.headers.values(of: "Transfer-Encoding")
        let lengths = head.headers.values(of: "Content-Length")
        guard codings.isEmpty || lengths.isEmpty else {
            throw problem("There are both Transfer-Encoding and Content-Length.")
        }
        if !codings.isEmpty { return try transferCoding(codings, version: head.version) }
        guard lengths.count <= 1 else { throw problem("There is more than one Content-Length header.") }
        guard let text = lengths.first else { return .noBody }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let length = UInt64(text)
        else { throw problem("Content-Length is not a number of bytes.") }
        return length == 0 ? .noBody : .length(length)
    }

    /// `chunked`, alone and to the letter: the library waits forever for the end of anything else.
    private static func transferCoding(_ codings: [String], version: String) throws(HTTPProblem) -> HTTPFraming {
        guard version != "HTTP/1.0" else { throw problem("HTTP/1.0 has no Transfer-Encoding.") }
        guard codings.count == 1 else { throw problem("There is more than one Transfer-Encoding header.") }
        guard HTTPHeaders.same(codings[0], "chunked") else {
            throw HTTPProblem(.notImplemented, detail: "The only transfer coding of a request is chunked.")
        }
        return .chunked
    }

    /// RFC 9110, section 5.6.2: letters, digits, and `` !#$%&'*+-.^_`|~ ``, one bit for each of ASCII.
    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        let bits: UInt64 = byte < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return byte < 128 && bits >> (byte & 63) & 1 == 1
    }

    /// RFC 9110, section 5.5.
    private static func isFieldCharacter(_ byte: UInt8) -> Bool {
        (byte >= 0x20 && byte != 0x7f) || byte == UInt8(ascii: "\t")
    }
}
