import Measurement

/// What the events of the catalog count, for people.
package enum PerfEventSummary {
    package static func of(_ event: PerfEvent) -> String {
        words[event.name] ?? cache(event.name)
    }

    private static let words: [String: String] = [
        "CPU_CYCLES": "Cycles of the cores while they run the program, at whatever frequency.",
        "INSTRUCTIONS": "Instructions that were completed.",
        "CACHE_REFERENCES": "Accesses to the last cache, usually.",
        "CACHE_MISSES": "Accesses that the last cache could not answer, usually.",
        "BRANCH_INSTRUCTIONS": "Branches that were completed.",
        "BRANCH_MISSES": "Branches that were predicted wrongly.",
        "BUS_CYCLES": "Cycles of the bus or of a fixed reference clock, by model.",
        "STALLED_CYCLES_FRONTEND": "Cycles in which no instruction could be fetched.",
        "STALLED_CYCLES_BACKEND": "Cycles in which nothing could be completed.",
        "REF_CPU_CYCLES": "Cycles of a clock that does not change with the frequency of the cores.",
        "TASK_CLOCK":
            "CPU time of the program; what everything else is set against. On a virtual machine with what the host gave to "
            + "others meanwhile.",
        "CPU_CLOCK": "CPU time by the clock of the CPU.",
        "PAGE_FAULTS": "Pages that had to be mapped, minor and major.",
        "PAGE_FAULTS_MIN": "Pages that were mapped without reading a disk.",
        "PAGE_FAULTS_MAJ": "Pages that had to be read from a disk.",
        "CONTEXT_SWITCHES": "How often the program left a CPU.",
        "CPU_MIGRATIONS": "How often it came back on another CPU.",
        "ALIGNMENT_FAULTS": "Unaligned accesses that the kernel had to carry out.",
        "EMULATION_FAULTS": "Instructions that the kernel had to emulate.",
        "CGROUP_SWITCHES": "How often a CPU went from the program to a task of another cgroup.",
    ]

    private static let caches = [
        "L1D": "first data cache", "L1I": "first instruction cache", "LL": "last cache", "DTLB": "data TLB",
        "ITLB": "instruction TLB", "BPU": "branch predictor", "NODE": "memory of the own NUMA node",
    ]

    private static let operations = ["READ": "Reads", "WRITE": "Writes", "PREFETCH": "Prefetches"]

    /// `LL_READ_MISS` is three words.
    private static func cache(_ name: String) -> String {
        let words = name.split(separator: "_").map(String.init)
        guard words.count == 3, let cache = caches[words[0]], let operation = operations[words[1]] else { return "" }
        return words[2] == "MISS" ? "\(operation) that the \(cache) could not answer." : "\(operation) of the \(cache)."
    }
}
