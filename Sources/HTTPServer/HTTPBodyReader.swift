import CMicrohttpd

/// What libmicrohttpd pulls a body from, from the first block until the response is freed: sent, or its client gone.
final class HTTPBodyReader {
    enum Source {
        case stream(any HTTPBodyStream)
        case channel(HTTPChannel, HTTPConnection, HTTPSuspensions)
    }

    private static let end = -1
    private static let failure = -2

    private let source: Source

    init(_ source: Source) {
        self.source = source
        if case .channel(let channel, _, let suspensions) = source { suspensions.add(channel) }
    }

    /// - Returns: how many bytes there are now, or one of libmicrohttpd's two other answers. 0 means that the
    ///   connection was suspended.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch source {
        case .stream(let stream):
            guard let count = try? stream.read(into: buffer) else { return HTTPBodyReader.failure }
            return count > 0 ? count : HTTPBodyReader.end
        case .channel(let channel, let connection, _):
            return channel.read(into: buffer, on: connection) ?? HTTPBodyReader.end
        }
    }

    func end() {
        guard case .channel(let channel, _, let suspensions) = source else { return }
        suspensions.remove(channel)
        channel.close()
    }
}
