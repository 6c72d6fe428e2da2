@testable import RAPL

extension RAPLSource {
    /// Columns that could not be read, added up over all readings.
    var readErrors: Int { readers.withLock { $0.readErrors } }

    /// Counters that were set back, added up over all columns.
    var resets: Int { readers.withLock { $0.resets } }
}
