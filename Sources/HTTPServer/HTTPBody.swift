/// What follows the headers of a response.
package enum HTTPBody: Sendable {
    case empty
    case bytes([UInt8])
    /// Pulled as fast as the client reads, a block at a time.
    case stream(any HTTPBodyStream)
    /// Pushed by whoever has the channel, in chunks.
    case channel(HTTPChannel)

    var hasKnownSize: Bool {
        switch self {
        case .empty, .bytes: true
        case .stream(let stream): stream.byteCount != nil
        case .channel: false
        }
    }

    /// Whether it can be sent any number of times.
    var canBeSentAgain: Bool {
        switch self {
        case .empty, .bytes: true
        case .stream, .channel: false
        }
    }

    package static func text(_ text: String) -> HTTPBody {
        .bytes(Array(text.utf8))
    }
}

/// A body that is made while it is sent. It belongs to one response: it is read on the server's thread only,
/// and released when it has ended or the client has gone.
package protocol HTTPBodyStream: AnyObject, Sendable {
    /// Writes up to `buffer.count` bytes and returns how many; 0 is the end. Called again and again, never
    /// after the end, and not at all for HEAD. It must not block: every other client waits meanwhile.
    ///
    /// Throwing cuts the connection: the client sees a body that is not complete.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// How many bytes there will be in all, if that is known; otherwise the body is sent in chunks.
    var byteCount: UInt64? { get }
}

extension HTTPBodyStream {
    package var byteCount: UInt64? { nil }
}
