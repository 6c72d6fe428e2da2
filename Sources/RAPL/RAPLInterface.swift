/// A way in which the kernel shows RAPL counters, in order of preference.
package enum RAPLInterface: String, Sendable, Codable, Hashable, CaseIterable, Comparable {
    /// The `power` PMU of perf: one system call for all domains of a package, finer than a microjoule, 64 bits.
    case powerPMU = "power_pmu"
    /// The `power_core` PMU of AMD (Linux 6.14): a counter for each core, added up to the `pp0` of a package.
    case powerCorePMU = "power_core_pmu"
    /// `/sys/class/powercap/intel-rapl:*`, on AMD as well: a file per domain, microjoules, wraps.
    case powercap
    /// `/sys/class/powercap/intel-rapl-mmio:*`: the same package counter by way of a memory-mapped register.
    case powercapMMIO = "powercap_mmio"

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self)! }
}
