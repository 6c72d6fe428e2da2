import HTTPServer

extension HTTPResponse {
    /// The response with an `ETag`, or 304 when the client says that it has that very body (RFC 9110, 13.1.2).
    ///
    /// - Parameter tag: what tells the body from others of the resource; made of the body when nil.
    func unlessKnown(to request: HTTPRequest, as tag: EntityTag? = nil) -> HTTPResponse {
        guard case .bytes(let bytes) = body, status == .ok else { return self }
        let tag = tag ?? EntityTag(of: bytes)
        var response = self
        tag.mark(&response)
        guard tag.isKnown(to: request) else { return response }
        response.status = .notModified
        response.headers["Content-Type"] = nil
        response.body = .empty
        return response
    }
}

/// Tells versions of one resource apart, and defends against nobody.
struct EntityTag: Sendable {
    private let text: String

    /// FNV-1a, 64 bits.
    init(of bytes: some Sequence<UInt8>) {
        let fingerprint = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        text = "\"\(String(fingerprint, radix: 16))\""
    }

    func isKnown(to request: HTTPRequest) -> Bool {
        // Who has more of one thing than these gets it anew.
        let known = request.headers.values(of: "If-None-Match").prefix(8).flatMap {
            $0.split(separator: ",", maxSplits: 8)
        }
        return known.contains { tag in
            let tag = tag.drop { $0 == " " }.prefix { $0 != " " }
            return tag == "*" || tag == text || tag == "W/\(text)"
        }
    }

    /// The answer to one who has it.
    var notModified: HTTPResponse {
        var response = HTTPResponse(status: .notModified)
        mark(&response)
        return response
    }

    fileprivate func mark(_ response: inout HTTPResponse) {
        response.headers["ETag"] = text
        response.headers["Cache-Control"] = "private, no-cache"
    }
}
