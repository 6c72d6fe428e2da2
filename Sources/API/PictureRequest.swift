import HTTPServer
import Measurement
import Runs

/// Which part of a run is to be shown, and how finely.
struct PictureRequest: Sendable {
    /// Durations since the start of the run; nil for its end, so far.
    var from = Duration.zero
    var to: Duration?
    var points = 1000
    /// Names of metrics; empty for all.
    var metrics: Set<String> = []

    init() {}

    /// Reads `from` and `to`.
    init(_ parameters: QueryParameters) throws {
        from = try parameters.duration("from") ?? .zero
        to = try parameters.duration("to")
        if let to, to <= from { throw QueryParameters.problem("to", "must be later than from") }
    }
}
