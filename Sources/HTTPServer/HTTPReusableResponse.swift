import CMicrohttpd
import Synchronization

/// What libmicrohttpd sends of a response that many clients get. The first one has it made; the library counts who
/// still sends it.
final class HTTPReusableResponse: Sendable {
    /// Sendable, because a response is not changed once it is made, and the library counts who has it under a lock of
    /// its own: any thread may queue and release it.
    private struct Built: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let built = Mutex<Built?>(nil)

    /// - Parameter make: for the first one; nil where it cannot be made, which the next one tries again. It must not
    ///   come back here.
    /// - Returns: what lives as long as this object, or is queued.
    func built(by make: () -> OpaquePointer?) -> OpaquePointer? {
        let there = built.withLock { built in
            if built == nil { built = make().map(Built.init) }
            return built
        }
        return there?.pointer
    }

    deinit {
        if let there = built.withLock({ $0 }) { MHD_destroy_response(there.pointer) }
    }
}
