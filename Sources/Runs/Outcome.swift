/// How a run ended.
package enum Outcome: Sendable, Codable, Hashable {
    case exited(code: Int32)
    case signaled(signal: Int32)
    /// It outlived its `timeout` and was ended.
    case timedOut
    /// Somebody asked for its end.
    case cancelled
    /// The command never ran; `message` says why and what to do.
    case launchFailed(errno: Int32?, message: String)
    /// The server died while it ran.
    case interrupted

    /// The word for it in JSON and in metrics.
    package var name: String {
        switch self {
        case .exited: "exited"
        case .signaled: "signaled"
        case .timedOut: "timed_out"
        case .cancelled: "cancelled"
        case .launchFailed: "launch_failed"
        case .interrupted: "interrupted"
        }
    }

    package static let allNames = ["exited", "signaled", "timed_out", "cancelled", "launch_failed", "interrupted"]
}
