import Synchronization

/// A body that is pushed: events as they happen. Between them the connection waits without a thread.
///
/// Whoever writes must call `finish`; the server does when it stops. A client that has gone is noticed at the next
/// write, so write something (an SSE comment) now and then.
package final class HTTPChannel: Sendable {
    private struct State {
        var pending: [UInt8] = []
        var isFinished = false
        /// The connection that is suspended until something is written.
        var waiting: HTTPConnection?

        mutating func wake() {
            waiting?.resume()
            waiting = nil
        }
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: how many bytes may wait for a client that reads slowly.
    package init(capacity: Int = 256 * 1024) {
        self.capacity = capacity
    }

    /// May be called from any thread.
    ///
    /// - Returns: false if the bytes were dropped, because the client has gone, or reads too slowly.
    @discardableResult
    package func write(_ bytes: some Collection<UInt8>) -> Bool {
        state.withLock { state in
            guard !state.isFinished, state.pending.count + bytes.count <= capacity else { return false }
            state.pending.append(contentsOf: bytes)
            state.wake()
            return true
        }
    }

    /// Whether writing still makes sense: nobody has finished it and the client is there, as far as is known.
    package var isOpen: Bool {
        state.withLock { !$0.isFinished }
    }

    /// What has been written is sent, and then the body ends.
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

    /// - Returns: nil at the end; 0 if there is nothing yet and the connection was suspended.
    func read(into buffer: UnsafeMutableRawBufferPointer, on connection: HTTPConnection) -> Int? {
        state.withLock { state in
            let count = min(buffer.count, state.pending.count)
            if count > 0 {
                buffer.copyBytes(from: state.pending.prefix(count))
                state.pending.removeFirst(count)
                return count
            }
            if state.isFinished { return nil }
            connection.suspend()
            state.waiting = connection
            return 0
        }
    }
}

extension HTTPChannel: HTTPInterruptible {
    func interrupt() {
        finish()
    }
}
