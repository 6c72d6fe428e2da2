import Measurement

/// Where runs and their frames go: a database on the server, a CSV file in the terminal.
///
/// Called from the recorder's thread alone.
package protocol RunStore: Sendable {
    /// Carries out all operations in one transaction; on return they are on disk.
    ///
    /// - Throws: when none of them was carried out, with a message fit for a client.
    func commit(_ operations: [StoreOperation]) throws
}

package enum StoreOperation: Sendable {
    /// A new run, or a run that has changed: its row is replaced.
    case save(Run)
    /// A run and its frames go for good.
    case delete(RunID)
    /// Frames that follow those already stored for the run.
    case append(FrameBlock, to: RunID)
}
