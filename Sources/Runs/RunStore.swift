import Measurement

/// Where runs and their frames go: a database on the server, a CSV file in the terminal.
///
/// Called from the recorder's thread alone.
package protocol RunStore: Sendable {
    /// Carries out all operations in one transaction; on return they are on disk.
    ///
    /// - Throws: when none of them was carried out, with a message fit for a client.
    func commit(_ operations: [StoreOperation]) throws

    /// Whether ``maintain(bytesBeside:)`` is wanted.
    var needsMaintenance: Bool { get }

    /// Does a little of what keeps the store in bounds, in one short transaction.
    ///
    /// - Parameter bytesBeside: what the runs take on disk besides the store itself: their output.
    func maintain(bytesBeside: Int64) throws -> StoreMaintenance
}

extension RunStore {
    package var needsMaintenance: Bool { false }

    package func maintain(bytesBeside: Int64) throws -> StoreMaintenance { StoreMaintenance() }
}

/// What has been done to keep a store in bounds.
package struct StoreMaintenance: Sendable, Hashable {
    /// Runs that were deleted.
    package var deletedRuns: [RunID] = []
    /// Whether there is more to do at once.
    package var isUnfinished = false

    package init() {}
}

package enum StoreOperation: Sendable {
    /// A new run, or a run that has changed: its row is replaced.
    case save(Run)
    /// A run and its frames go for good.
    case delete(RunID)
    /// Frames that follow those already stored for the run.
    case append(FrameBlock, to: RunID)
}
