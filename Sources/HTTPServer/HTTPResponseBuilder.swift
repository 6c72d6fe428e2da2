import CMicrohttpd

/// Makes a response of libmicrohttpd out of ours.
enum HTTPResponseBuilder {
    /// The size of the blocks in which bodies are read that are not sent in chunks.
    private static let blockSize = 32 * 1024
    /// The same for channels: there are many of them, and only to HTTP/1.0 they are not sent in chunks.
    private static let channelBlockSize = 1024
    /// What the kernel may hold for a client that is to get news: old ones are worth nothing.
    private static let channelSendBuffer: Int32 = 32 * 1024

    /// - Returns: what `MHD_destroy_response` frees; nil if memory ran out or a header is not fit for the wire.
    static func build(
        _ response: HTTPResponse, toHEAD isHEAD: Bool, on connection: HTTPConnection, of dispatcher: HTTPDispatcher
    ) -> OpaquePointer? {
        guard let built = body(response.body, on: connection, of: dispatcher) else { return nil }
        if isHEAD, !response.body.hasKnownSize { mhd_avoid_chunks(built) }
        for field in response.headers.fields {
            guard mhd_add_header(built, field.name, field.value) != 0 else {
                MHD_destroy_response(built)
                return nil
            }
        }
        return built
    }

    private static func body(
        _ body: HTTPBody, on connection: HTTPConnection, of dispatcher: HTTPDispatcher
    ) -> OpaquePointer? {
        switch body {
        case .empty: return mhd_response_copying(nil, 0)
        case .bytes(let bytes): return mhd_response_copying(bytes, bytes.count)
        case .stream(let stream): return pulling(.stream(stream), count: stream.byteCount, blockSize)
        case .channel(let channel):
            connection.boundSendBuffer(to: channelSendBuffer)
            return pulling(.channel(channel, connection, dispatcher.suspensions), count: nil, channelBlockSize)
        }
    }

    private static func pulling(
        _ source: HTTPBodyReader.Source, count: UInt64?, _ blockSize: Int
    ) -> OpaquePointer? {
        let reader = Unmanaged.passRetained(HTTPBodyReader(source)).toOpaque()
        let built = MHD_create_response_from_callback(
            count ?? UInt64.max, blockSize, readBody, reader, releaseBody)
        if built == nil { releaseBody(context: reader) }
        return built
    }
}

// libmicrohttpd calls these on its own thread; they are functions and not closures so that they have no isolation.

private func readBody(
    context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?, capacity: Int
) -> Int {
    let reader = Unmanaged<HTTPBodyReader>.fromOpaque(context!).takeUnretainedValue()
    return reader.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
}

private func releaseBody(context: UnsafeMutableRawPointer?) {
    let reader = Unmanaged<HTTPBodyReader>.fromOpaque(context!).takeRetainedValue()
    reader.end()
}
