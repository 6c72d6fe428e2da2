import Synchronization

/// A body that is pushed: messages as they come. Between them the connection waits without a thread.
///
/// A client gets messages whole and in order, but not all of them: of those that come while it still takes one, only
/// the newest is kept. So whoever reads slowly, or not at all, costs one message, which is shared with the others.
///
/// Whoever sends must call `finish`; the server does when it stops. A client that has gone is noticed at the next
/// message, so send one (an SSE comment) now and then; one that does not read is cut off after
/// `HTTPServerConfiguration.idleTimeoutSeconds`.
package final class HTTPChannel: Sendable {
    fileprivate struct State {
        /// The message that is being sent, and how much of it has been.
        var current: [UInt8] = []
        var sent = 0
        /// The one behind it.
        var next: HTTPMessage?
        var isFinished = false
        /// The connection that is suspended until there is something to send.
        var waiting: HTTPConnection?

        mutating func wake() {
            waiting?.resume()
            waiting = nil
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// Sends a message, in place of one that the client has not begun to take. May be called from any thread.
    ///
    /// - Returns: false if it was dropped, because the body has ended or the client has gone.
    @discardableResult
    package func send(_ message: HTTPMessage) -> Bool {
        state.withLock { state in
            guard !state.isFinished else { return false }
            state.next = message
            state.wake()
            return true
        }
    }

    /// Sends a message unless there is something to send already.
    package func sendIfIdle(_ message: HTTPMessage) {
        state.withLock { state in
            guard !state.isFinished, state.next == nil else { return }
            state.next = message
            state.wake()
        }
    }

    /// Whether sending still makes sense: nobody has finished it and the client is there, as far as is known.
    package var isOpen: Bool {
        state.withLock { !$0.isFinished }
    }

    /// What has been sent last still goes out, and then the body ends.
    package func finish() {
        state.withLock { state in
            state.isFinished = true
            state.wake()
        }
    }

    /// Nobody will read any more.
    func close() {
        state.withLock { state in
            state = State(isFinished: true)
        }
    }

    fileprivate enum Step {
        /// So many bytes have been copied; 0 when the connection was suspended.
        case copied(Int)
        case begin(HTTPMessage)
        case end
    }

    /// On the server's thread, which makes the messages without holding up those who send.
    ///
    /// - Returns: nil at the end; 0 if there is nothing yet and the connection was suspended.
    func read(into buffer: UnsafeMutableRawBufferPointer, on connection: HTTPConnection) -> Int? {
        while true {
            switch state.withLock({ $0.step(into: buffer, on: connection) }) {
            case .copied(let count): return count
            case .end: return nil
            case .begin(let message):
                let bytes = message.bytes
                state.withLock { $0.begin(bytes) }
            }
        }
    }
}

extension HTTPChannel.State {
    fileprivate mutating func begin(_ bytes: [UInt8]) {
        current = bytes
        sent = 0
    }

    fileprivate mutating func step(
        into buffer: UnsafeMutableRawBufferPointer, on connection: HTTPConnection
    ) -> HTTPChannel.Step {
        let count = min(buffer.count, current.count - sent)
        if count > 0 {
            buffer.copyBytes(from: current[sent..<sent + count])
            sent += count
            return .copied(count)
        }
        current = []
        sent = 0
        if let next = next.take() { return .begin(next) }
        if isFinished { return .end }
        connection.suspend()
        waiting = connection
        return .copied(0)
    }
}

extension HTTPChannel: HTTPInterruptible {
    func interrupt() {
        finish()
    }
}
