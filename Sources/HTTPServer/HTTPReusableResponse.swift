import CMicrohttpd
import Synchronization

/// What libmicrohttpd sends of a response that many clients get. The first one has it made; the library counts who
/// still sends it.
final class HTTPReusableResponse: Sendable {
    /// Sendable, because the library has a lock of its own for a response, which any thread may queue and release.
    private struct Built: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let built = Mutex<Built?>(nil)

    /// - Parameter make: for the first one; nil where it cannot be made, which the next one tries again.
    /// - Returns: what lives as long as this object, or is queued.
    func built(by make: () -> OpaquePointer?) -> OpaquePointer? {
        if let there = built.withLock({ $0 }) { return there.pointer }
        guard let made = make().map(Built.init) else { return nil }
        let kept = built.withLock { built in
            built = built ?? made
            return built ?? made
        }
        if kept.pointer != made.pointer { MHD_destroy_response(made.pointer) }
        return kept.pointer
    }

    deinit {
        if let there = built.withLock({ $0 }) { MHD_destroy_response(there.pointer) }
    }
}
