import Analysis
import Measurement

/// Where runs and their frames go: a database on the server, a CSV file in the terminal.
///
/// Called from the recorder's thread alone.
package protocol RunStore: Sendable {
    /// Carries out all operations in one transaction; on return they are on disk.
    ///
    /// - Throws: when none of them was carried out, with a message fit for a client.
    func commit(_ operations: [StoreOperation]) throws

    /// Writes something that changes nothing: whether a store that has failed takes what it is given again.
    func probe() throws

    /// Whether ``maintain(beside:)`` is wanted.
    var needsMaintenance: Bool { get }

    /// Does a little of what keeps the store in bounds, in one short transaction.
    ///
    /// - Parameter beside: what the runs take on disk besides the store itself: their output.
    func maintain(beside: BytesBeside) throws -> StoreMaintenance
}

extension RunStore {
    package func probe() throws {}

    package var needsMaintenance: Bool { false }

    package func maintain(beside: BytesBeside) throws -> StoreMaintenance { StoreMaintenance() }
}

/// What runs take on disk besides their store, and what is free again when one of them goes.
package struct BytesBeside {
    package let total: Int64
    package let ofRun: (RunID) -> Int64

    package init(total: Int64, ofRun: @escaping (RunID) -> Int64) {
        self.total = total
        self.ofRun = ofRun
    }

    package static var none: BytesBeside { BytesBeside(total: 0) { _ in 0 } }
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
    /// Frames that follow those already stored for the run; now and then with what each series did since the last time
    /// that was said (``RunStretches``).
    case append(FrameBlock, to: RunID, stretches: [SeriesStretch?]? = nil)
}
