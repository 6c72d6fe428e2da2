import Measurement
import SystemPackage

/// One group of counters of the `power` PMU, and the columns it fills.
struct PowerPMUColumns {
    /// By member of the group.
    let columns: [Int]
    private(set) var counters: [PowerPMUCounter]
    /// nil once the PMU is gone.
    private var group: PowerPMUGroup?

    init(group: PowerPMUGroup?, columns: [Int], scales: [Double]) {
        self.group = group
        self.columns = columns
        counters = scales.map { PowerPMUCounter(scale: $0) }
    }

    var isGone: Bool { group == nil }

    /// Reads all members with one system call; ``value(of:at:)`` gives what came of each.
    mutating func fetch() -> ColumnReading {
        guard let group else { return .gone }
        do throws(Errno) {
            try group.read()
            return .value(0)
        } catch {
            guard error.meansGone else { return .failed }
            self.group = nil
            return .vanished
        }
    }

    /// The energy of a member since the source began, as of the last ``fetch()``, which must have succeeded.
    mutating func value(of member: Int, at instant: MonotonicInstant) -> Int64 {
        counters[member].advance(to: group!.count(of: member), at: instant)
    }
}
