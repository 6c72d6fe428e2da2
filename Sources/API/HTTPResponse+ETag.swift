import HTTPServer

extension HTTPResponse {
    /// The response with an `ETag` of its body, or 304 when the client says that it has that very body (RFC 9110, 13.1.2).
    func unlessKnown(to request: HTTPRequest) -> HTTPResponse {
        guard case .bytes(let bytes) = body, status == .ok else { return self }
        var response = self
        let tag = "\"\(String(Self.fingerprint(of: bytes), radix: 16))\""
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "private, no-cache"
        guard Self.tags(in: request).contains(where: { $0 == "*" || $0 == tag || $0 == "W/\(tag)" }) else {
            return response
        }
        response.status = .notModified
        response.headers["Content-Type"] = nil
        response.body = .empty
        return response
    }

    private static func tags(in request: HTTPRequest) -> [Substring] {
        request.headers.values(of: "If-None-Match").flatMap { $0.split(separator: ",") }.map { tag in
            tag.drop { $0 == " " }.prefix { $0 != " " }
        }
    }

    /// FNV-1a, 64 bits: tells versions of one resource apart, and defends against nobody.
    private static func fingerprint(of bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
