import Synchronization

/// Something that waits, and can be made to end.
protocol HTTPInterruptible: AnyObject, Sendable {
    /// The server stops. When this returns the connection is no longer suspended.
    func interrupt()
}

/// Who is waiting. libmicrohttpd must not be stopped while a connection is suspended.
final class HTTPSuspensions: Sendable {
    private struct State {
        var isStopping = false
        var waiting: [ObjectIdentifier: any HTTPInterruptible] = [:]
    }

    private let state = Mutex(State())

    var isStopping: Bool {
        state.withLock { $0.isStopping }
    }

    /// Once the server stops, whoever comes is interrupted at once.
    func add(_ waiting: any HTTPInterruptible) {
        let isStopping = state.withLock { state in
            if !state.isStopping { state.waiting[ObjectIdentifier(waiting)] = waiting }
            return state.isStopping
        }
        if isStopping { waiting.interrupt() }
    }

    func remove(_ waiting: any HTTPInterruptible) {
        state.withLock { _ = $0.waiting.removeValue(forKey: ObjectIdentifier(waiting)) }
    }

    func stop() {
        let waiting = state.withLock { state in
            state.isStopping = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for one in waiting { one.interrupt() }
    }
}
