/// Why a run was not accepted or an order about it was not carried out.
package enum RunError: Error, Sendable {
    /// As many runs wait as may wait.
    case queueFull(limit: Int)
    /// The key belongs to a run with another specification.
    case idempotencyKeyReused
    /// This server does not run such commands, or not so.
    case refused([SpecificationFault])
    /// The run is queued or running, or its end is not on disk yet: it cannot be deleted.
    case notOver
    /// The server is going down.
    case shuttingDown
    /// The run could not be put on disk.
    case notStored(any Error)
}
