import CZlib

extension HTTPResponse {
    /// The response with its body compressed, where the client takes gzip and the body is there in full.
    package func compressed(for request: HTTPRequest) -> HTTPResponse {
        guard case .bytes(let bytes) = body, Self.takesGzip(request), let small = gzipped(bytes) else { return self }
        var response = self
        response.body = .bytes(small)
        response.headers["Content-Encoding"] = "gzip"
        return response
    }

    /// A coding that is named counts more than `*`.
    private static func takesGzip(_ request: HTTPRequest) -> Bool {
        let preferences = HTTPPreferences(request.headers.values(of: "Accept-Encoding"))
        let named = preferences.weight { $0.name == "gzip" || $0.name == "x-gzip" }
        return (named ?? preferences.weight { $0.name == "*" } ?? 0) > 0
    }
}

/// The bytes as one gzip member (RFC 1952); nil if memory ran out.
private func gzipped(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard zlib_begin_gzip(&stream) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))))
    var input = bytes
    let result = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = uInt(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = uInt(target.count)
            return deflate(&stream, Z_FINISH)
        }
    }
    guard result == Z_STREAM_END else { return nil }
    output.removeSubrange(Int(stream.total_out)...)
    return output
}
