import Measurement

/// The counters of all cores of a package, added up to one column; one system call, and one interrupt, per core.
///
/// Absent as soon as one core cannot be read, which is also what a core does that goes offline.
struct PowerCoreColumn {
    let column: Int
    /// One counter each.
    private(set) var cores: [PowerPMUColumns]
    private var hasVanished = false

    init(column: Int, cores: [PowerPMUColumns]) {
        self.column = column
        self.cores = cores
        hasVanished = cores.isEmpty
    }

    /// Opens an event on each CPU; if that fails for one of them, the column is gone from the start.
    init(column: Int, type: UInt32, config: UInt64, cpus: [Int], scale: Double) {
        let groups = cpus.map { PowerPMUGroup.open(type: type, configs: [config], cpu: $0).groups.first?.group }
        let isWhole = groups.allSatisfy { $0 != nil }
        self.init(
            column: column,
            cores: isWhole ? groups.map { PowerPMUColumns(group: $0, columns: [column], scales: [scale]) } : [])
    }

    var isGone: Bool { hasVanished }

    /// Reads all cores, also behind one that fails: their counters must be followed.
    mutating func read(at instant: MonotonicInstant) -> ColumnReading {
        guard !hasVanished else { return .gone }
        var sum: Int64 = 0
        var isComplete = true
        for index in cores.indices {
            switch cores[index].fetch() {
            case .value: sum &+= cores[index].value(of: 0, at: instant)
            case .failed: isComplete = false
            case .vanished, .gone: hasVanished = true
            }
        }
        if hasVanished { return .vanished }
        return isComplete ? .value(sum) : .failed
    }
}
