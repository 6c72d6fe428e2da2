import Synchronization

/// Bytes for any number of clients: made when the first one takes them, on the server's thread, and shared by all.
package final class HTTPMessage: Sendable {
    private enum State {
        case unmade(@Sendable () -> [UInt8])
        case made([UInt8])
    }

    private let state: Mutex<State>

    package init(_ make: @escaping @Sendable () -> [UInt8]) {
        state = Mutex(.unmade(make))
    }

    package convenience init(_ text: String) {
        self.init { Array(text.utf8) }
    }

    package var bytes: [UInt8] {
        state.withLock { state in
            switch state {
            case .made(let bytes): return bytes
            case .unmade(let make):
                let bytes = make()
                state = .made(bytes)
                return bytes
            }
        }
    }
}
