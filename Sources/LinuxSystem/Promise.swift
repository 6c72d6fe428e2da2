import Synchronization
import SystemPackage

/// A value that one thread gives, once, and another waits for.
package final class Promise<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let isKept: EventDescriptor

    package init() throws(Errno) { isKept = try EventDescriptor() }

    package func keep(_ value: Value) {
        self.value.withLock { $0 = value }
        isKept.set()
    }

    /// Blocks until the value is there. For one thread at a time.
    package func wait() -> Value {
        while true {
            if let value = value.withLock({ $0 }) { return value }
            isKept.wait()
        }
    }
}
