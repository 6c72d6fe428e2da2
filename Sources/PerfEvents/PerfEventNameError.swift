import Measurement

/// Why a text names nothing that can be counted here.
package enum PerfEventNameError: Error, Sendable, Hashable {
    /// It is no name that anything on this machine knows; a sentence's end that goes on after the name.
    case unknown(String)
    /// It is understood, and cannot be counted.
    case refused(Obstacle)

    /// What is wrong, as a clause that goes on after the name.
    package var message: String {
        switch self {
        case .unknown(let message): message
        case .refused(let obstacle): "cannot be counted: \(obstacle.sentence)"
        }
    }
}
