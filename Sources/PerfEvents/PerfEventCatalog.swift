import CLinux
import Measurement

/// The events that have fixed names: perf_event_open(2), "hardware", "software" and "hw_cache".
package enum PerfEventCatalog {
    /// Everything with a fixed name, in the order in which it is listed for people.
    package static let all: [PerfEvent] = hardware + software + cache

    /// Counted when nobody asks for anything, as far as the machine has it.
    package static let defaultNames = [
        "REF_CPU_CYCLES", "CACHE_MISSES", "BRANCH_MISSES", "LL_READ_MISS", "INSTRUCTIONS", "CPU_CYCLES", "TASK_CLOCK",
        "PAGE_FAULTS", "CONTEXT_SWITCHES", "CPU_MIGRATIONS",
    ]

    /// Always counted: the CPU time that everything else is set against. In nanoseconds.
    package static let taskClock = event(named: "task-clock")!

    /// Finds an event by its name or by perf's, in either case and with `-` or `_`.
    ///
    /// Whoever names no event of the caches never pays for theirs.
    static func event(named name: some StringProtocol) -> PerfEvent? {
        let name = aliases.first { areSame($0.key, name) }?.value ?? String(name)
        return software.first { areSame($0.name, name) } ?? hardware.first { areSame($0.name, name) }
            ?? cacheEvents.first { areSame($0.event.name, name) || areSame($0.alias, name) }?.event
    }

    /// Whether the kernel takes the event and never adds to it. On x86 the processor carries out unaligned accesses
    /// itself, and no instruction that the kernel emulates is counted (`perf_sw_event` in arch/).
    static func isSilentHere(_ event: PerfEvent) -> Bool {
        #if arch(x86_64)
        event.type == PERF_TYPE_SOFTWARE.rawValue
            && [PERF_COUNT_SW_ALIGNMENT_FAULTS, PERF_COUNT_SW_EMULATION_FAULTS].contains {
                UInt64($0.rawValue) == event.config
            }
        #else
        false
        #endif
    }

    /// perf's spellings of an event, in alphabetical order; those that differ by case and dashes alone are left out.
    package static func aliases(of event: PerfEvent) -> [String] {
        let cacheNames = cacheEvents.filter { $0.event == event }.map(\.alias)
        return (aliases.filter { $0.value == event.name }.map(\.key) + cacheNames).sorted()
    }

    private static func areSame(_ one: String, _ other: some StringProtocol) -> Bool {
        one.utf8.elementsEqual(other.utf8) { normalized($0) == normalized($1) }
    }

    /// Of ASCII alone: there are letters elsewhere in Unicode whose lower case is "k".
    private static func normalized(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "_"): UInt8(ascii: "-")
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: byte
        }
    }

    /// perf's own spellings, where they differ by more than case and dashes.
    private static let aliases: KeyValuePairs = [
        "cycles": "CPU_CYCLES", "branches": "BRANCH_INSTRUCTIONS", "ref-cycles": "REF_CPU_CYCLES",
        "idle-cycles-frontend": "STALLED_CYCLES_FRONTEND", "idle-cycles-backend": "STALLED_CYCLES_BACKEND",
        "faults": "PAGE_FAULTS", "minor-faults": "PAGE_FAULTS_MIN", "major-faults": "PAGE_FAULTS_MAJ",
        "cs": "CONTEXT_SWITCHES", "migrations": "CPU_MIGRATIONS",
    ]
}

// MARK: - Hardware and software

extension PerfEventCatalog {
    private static let hardware: [PerfEvent] = [
        hardware("CPU_CYCLES", PERF_COUNT_HW_CPU_CYCLES),
        hardware("INSTRUCTIONS", PERF_COUNT_HW_INSTRUCTIONS),
        hardware("CACHE_REFERENCES", PERF_COUNT_HW_CACHE_REFERENCES),
        hardware("CACHE_MISSES", PERF_COUNT_HW_CACHE_MISSES),
        hardware("BRANCH_INSTRUCTIONS", PERF_COUNT_HW_BRANCH_INSTRUCTIONS),
        hardware("BRANCH_MISSES", PERF_COUNT_HW_BRANCH_MISSES),
        hardware("BUS_CYCLES", PERF_COUNT_HW_BUS_CYCLES),
        hardware("STALLED_CYCLES_FRONTEND", PERF_COUNT_HW_STALLED_CYCLES_FRONTEND),
        hardware("STALLED_CYCLES_BACKEND", PERF_COUNT_HW_STALLED_CYCLES_BACKEND),
        hardware("REF_CPU_CYCLES", PERF_COUNT_HW_REF_CPU_CYCLES),
    ]

    private static let software: [PerfEvent] = [
        clock("TASK_CLOCK", PERF_COUNT_SW_TASK_CLOCK),
        clock("CPU_CLOCK", PERF_COUNT_SW_CPU_CLOCK),
        software("PAGE_FAULTS", PERF_COUNT_SW_PAGE_FAULTS),
        software("PAGE_FAULTS_MIN", PERF_COUNT_SW_PAGE_FAULTS_MIN),
        software("PAGE_FAULTS_MAJ", PERF_COUNT_SW_PAGE_FAULTS_MAJ),
        software("CONTEXT_SWITCHES", PERF_COUNT_SW_CONTEXT_SWITCHES, needsKernel: true),
        software("CPU_MIGRATIONS", PERF_COUNT_SW_CPU_MIGRATIONS, needsKernel: true),
        software("ALIGNMENT_FAULTS", PERF_COUNT_SW_ALIGNMENT_FAULTS),
        software("EMULATION_FAULTS", PERF_COUNT_SW_EMULATION_FAULTS),
        software("CGROUP_SWITCHES", PERF_COUNT_SW_CGROUP_SWITCHES, needsKernel: true),
    ]

    private static func hardware(_ name: String, _ id: perf_hw_id) -> PerfEvent {
        PerfEvent(
            name: name, metric: Metric(name: "\(EventFamily.hardware.metricPrefix)\(name)", unit: .count),
            type: PERF_TYPE_HARDWARE.rawValue, config: UInt64(id.rawValue))
    }

    private static func software(_ name: String, _ id: perf_sw_ids, needsKernel: Bool = false) -> PerfEvent {
        PerfEvent(
            name: name, metric: Metric(name: "\(EventFamily.software.metricPrefix)\(name)", unit: .count),
            type: PERF_TYPE_SOFTWARE.rawValue, config: UInt64(id.rawValue), needsKernel: needsKernel, place: .kernel)
    }

    private static func clock(_ name: String, _ id: perf_sw_ids) -> PerfEvent {
        PerfEvent(
            name: name, metric: Metric(name: "\(EventFamily.software.metricPrefix)\(name)", unit: .nanoseconds),
            type: PERF_TYPE_SOFTWARE.rawValue, config: UInt64(id.rawValue), ignoresModes: true, place: .kernel)
    }
}

// MARK: - Caches

extension PerfEventCatalog {
    /// Name, perf's name, number.
    private static let caches: [(String, String, perf_hw_cache_id)] = [
        ("L1D", "L1-dcache", PERF_COUNT_HW_CACHE_L1D), ("L1I", "L1-icache", PERF_COUNT_HW_CACHE_L1I),
        ("LL", "LLC", PERF_COUNT_HW_CACHE_LL), ("DTLB", "dTLB", PERF_COUNT_HW_CACHE_DTLB),
        ("ITLB", "iTLB", PERF_COUNT_HW_CACHE_ITLB), ("BPU", "branch", PERF_COUNT_HW_CACHE_BPU),
        ("NODE", "node", PERF_COUNT_HW_CACHE_NODE),
    ]

    /// Name, perf's names for accesses and for misses, number.
    private static let operations: [(String, String, String, perf_hw_cache_op_id)] = [
        ("READ", "loads", "load-misses", PERF_COUNT_HW_CACHE_OP_READ),
        ("WRITE", "stores", "store-misses", PERF_COUNT_HW_CACHE_OP_WRITE),
        ("PREFETCH", "prefetches", "prefetch-misses", PERF_COUNT_HW_CACHE_OP_PREFETCH),
    ]

    private static let cache: [PerfEvent] = cacheEvents.map(\.event)

    private static let cacheEvents: [(event: PerfEvent, alias: String)] = caches.flatMap { cache, perfCache, cacheID in
        operations.flatMap { operation, accesses, misses, operationID in
            [
                ("ACCESS", accesses, PERF_COUNT_HW_CACHE_RESULT_ACCESS),
                ("MISS", misses, PERF_COUNT_HW_CACHE_RESULT_MISS),
            ].map { result, perfName, resultID in
                let name = "\(cache)_\(operation)_\(result)"
                let config = cacheID.rawValue | operationID.rawValue << 8 | resultID.rawValue << 16
                let event = PerfEvent(
                    name: name, metric: Metric(name: "\(EventFamily.cache.metricPrefix)\(name)", unit: .count),
                    type: PERF_TYPE_HW_CACHE.rawValue, config: UInt64(config))
                return (event, "\(perfCache)-\(perfName)")
            }
        }
    }
}
