import LinuxSystem
import Measurement
import Synchronization

/// Reads all RAPL domains of the machine: one column per domain, energy since the source was created.
///
/// Values only rise. Powercap columns are in µJ (divisor 10⁶), PMU columns in units of 256 counts of the PMU (60 nJ,
/// the multiplier says how many joules that is). Good for 17 years at 1 kW.
///
/// Failure: a column that cannot be read is ``absentValue`` for this reading, which is `failed`; the next one that
/// succeeds has the energy in between, for the counter ran on. A zone whose package goes away ends its column
/// for good, also when the package comes back; the source ends with the last of them.
///
/// When it lies: the counters move about once a millisecond, so a reading is late by up to one tick of energy; some
/// processors estimate instead of measuring (Intel before Haswell, AMD); see ``PowercapCounter`` and
/// ``PowerPMUCounter`` for wraps. It must be read at least once a second.
///
/// All members may be used from any thread.
package final class RAPLSource: Source {
    package let layout: SourceLayout
    private let clock: @Sendable () -> MonotonicInstant
    let readers: Mutex<RAPLReaders>

    init(layout: SourceLayout, readers: sending RAPLReaders, clock: @escaping @Sendable () -> MonotonicInstant) {
        self.layout = layout
        self.clock = clock
        self.readers = Mutex(readers)
        self.readers.withLock { _ = $0.read(at: clock()) { _, _ in } }
    }

    package let backend = SourceBackend.rapl
    package var columnCount: Int { layout.columnCount }

    /// Counters that went round, added up over all columns.
    package var wraps: Int { readers.withLock { $0.wraps } }

    /// Counters that were set back, added up over all columns; what was consumed around it is not counted.
    package var setbacks: Int { readers.withLock { $0.resets } }

    /// Reads all domains under one timestamp.
    ///
    /// - Returns: `failed` when a column has become absent for an error, `ok` also when columns are absent that had
    ///   gone before, `ended` when all have gone.
    package func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        readers.withLock { readers in
            readers.read(at: clock()) { column, value in row[offset + column] = value }
        }
    }
}

extension RAPLInventory {
    /// Opens the available counters and takes the readings that energy is counted from; nil when there are none.
    ///
    /// A counter that has become unreadable since discovery is a column without values. Each call opens anew, so that
    /// sources are independent of each other.
    ///
    /// - Parameter clock: tells when a reading is taken, which is needed to tell a wrap from a reset.
    package func makeSource(
        clock: @escaping @Sendable () -> MonotonicInstant = { .now }
    ) -> RAPLSource? {
        guard !available.isEmpty else { return nil }
        return RAPLSource(layout: layout, readers: RAPLReaders(opening: available), clock: clock)
    }

    /// What the columns of the source mean.
    package var layout: SourceLayout {
        let columns = available.enumerated().map { $1.seriesColumn(at: $0) }
        return SourceLayout(columnCount: columns.count, series: columns)
    }
}
