/// A way in which the kernel shows RAPL counters, in order of preference.
package enum RAPLInterface: String, Sendable, Codable, Hashable, CaseIterable, Comparable {
    /// The `power` PMU of perf: one system call for all domains of a package, finer than a microjoule, 64 bits.
    case powerPMU = "power_pmu"
    /// `/sys/class/powercap/intel-rapl:*`, on AMD as well: a file per domain, microjoules, wraps.
    case powercap
    /// `/sys/class/powercap/intel-rapl-mmio:*`: the same package counter by way of a memory-mapped register.
    case powercapMMIO = "powercap_mmio"

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self)! }
}
