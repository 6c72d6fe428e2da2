import CLinux
import Measurement
import Testing

@testable import PerfEvents

@Suite struct PerfEventNamesTests {
    @Test(
        "an event is found under its name, in either case and with - or _, and under perf's",
        arguments: [
            ("CPU_CYCLES", "CPU_CYCLES"), ("cpu_cycles", "CPU_CYCLES"), ("cpu-cycles", "CPU_CYCLES"),
            ("Cpu-Cycles", "CPU_CYCLES"), ("cycles", "CPU_CYCLES"), ("instructions", "INSTRUCTIONS"),
            ("cache-references", "CACHE_REFERENCES"), ("cache-misses", "CACHE_MISSES"),
            ("branch-instructions", "BRANCH_INSTRUCTIONS"), ("branches", "BRANCH_INSTRUCTIONS"),
            ("branch-misses", "BRANCH_MISSES"), ("bus-cycles", "BUS_CYCLES"),
            ("stalled-cycles-frontend", "STALLED_CYCLES_FRONTEND"), ("idle-cycles-frontend", "STALLED_CYCLES_FRONTEND"),
            ("stalled-cycles-backend", "STALLED_CYCLES_BACKEND"), ("idle-cycles-backend", "STALLED_CYCLES_BACKEND"),
            ("ref-cycles", "REF_CPU_CYCLES"), ("REF_CYCLES", "REF_CPU_CYCLES"), ("ref-cpu-cycles", "REF_CPU_CYCLES"),
            ("cpu-clock", "CPU_CLOCK"), ("task-clock", "TASK_CLOCK"), ("page-faults", "PAGE_FAULTS"),
            ("faults", "PAGE_FAULTS"), ("minor-faults", "PAGE_FAULTS_MIN"), ("page_faults_min", "PAGE_FAULTS_MIN"),
            ("major-faults", "PAGE_FAULTS_MAJ"), ("context-switches", "CONTEXT_SWITCHES"), ("cs", "CONTEXT_SWITCHES"),
            ("cpu-migrations", "CPU_MIGRATIONS"), ("migrations", "CPU_MIGRATIONS"),
            ("alignment-faults", "ALIGNMENT_FAULTS"), ("emulation-faults", "EMULATION_FAULTS"),
            ("cgroup-switches", "CGROUP_SWITCHES"),
        ])
    func names(text: String, name: String) {
        #expect(PerfEvent(parsing: text)?.name == name)
    }

    @Test(
        "cache events are found under their names and under perf's",
        arguments: [
            ("LL_READ_MISS", "LL_READ_MISS"), ("ll-read-miss", "LL_READ_MISS"), ("LLC-load-misses", "LL_READ_MISS"),
            ("llc_load_misses", "LL_READ_MISS"), ("LLC-loads", "LL_READ_ACCESS"), ("LLC-stores", "LL_WRITE_ACCESS"),
            ("LLC-store-misses", "LL_WRITE_MISS"), ("LLC-prefetches", "LL_PREFETCH_ACCESS"),
            ("LLC-prefetch-misses", "LL_PREFETCH_MISS"), ("L1-dcache-loads", "L1D_READ_ACCESS"),
            ("L1-dcache-load-misses", "L1D_READ_MISS"), ("L1-dcache-stores", "L1D_WRITE_ACCESS"),
            ("L1-icache-load-misses", "L1I_READ_MISS"), ("dTLB-loads", "DTLB_READ_ACCESS"),
            ("dTLB-store-misses", "DTLB_WRITE_MISS"), ("iTLB-load-misses", "ITLB_READ_MISS"),
            ("branch-loads", "BPU_READ_ACCESS"), ("branch-load-misses", "BPU_READ_MISS"),
            ("node-loads", "NODE_READ_ACCESS"), ("node-prefetch-misses", "NODE_PREFETCH_MISS"),
        ])
    func cacheNames(text: String, name: String) {
        #expect(PerfEvent(parsing: text)?.name == name)
    }

    @Test("every name in the catalog leads to its own event, and no two are alike")
    func catalog() {
        for event in PerfEventCatalog.all { #expect(PerfEvent(parsing: event.name.lowercased()) == event) }
        #expect(Set(PerfEventCatalog.all.map { [UInt64($0.type), $0.config] }).count == PerfEventCatalog.all.count)
        #expect(Set(PerfEventCatalog.all.map(\.metric)).count == PerfEventCatalog.all.count)
        #expect(PerfEventCatalog.all.count == 10 + 10 + 7 * 3 * 2)
    }

    @Test("the events of the default set exist")
    func defaults() {
        #expect(
            PerfEventCatalog.defaultNames.compactMap { PerfEvent(parsing: $0)?.name } == PerfEventCatalog.defaultNames)
    }

    @Test(
        "raw events are r and hexadecimal digits",
        arguments: [
            ("r412e", "r412e", 0x412e), ("R412E", "r412e", 0x412e), ("r0", "r0", 0), ("r00c0", "rc0", 0xc0),
            ("rffffffffffffffff", "rffffffffffffffff", .max),
        ] as [(String, String, UInt64)])
    func raw(text: String, name: String, config: UInt64) throws {
        let event = try #require(PerfEvent(parsing: text))
        #expect(event.name == name)
        #expect(event.config == config)
        #expect(event.type == 4)
        #expect(event.metric == Metric(name: "perf_raw_\(name)", unit: .count))
    }

    @Test(
        "a modifier says in which modes an event is counted",
        arguments: [
            ("INSTRUCTIONS:u", "INSTRUCTIONS:u", .user), ("instructions:K", "INSTRUCTIONS:k", .kernel),
            ("cycles:uk", "CPU_CYCLES", .both), ("cycles:ku", "CPU_CYCLES", .both), ("r1:u", "r1:u", .user),
            ("LLC-loads:U", "LL_READ_ACCESS:u", .user),
        ] as [(String, String, PerfModifiers)])
    func modifiers(text: String, name: String, modifiers: PerfModifiers) throws {
        let event = try #require(PerfEvent(parsing: text))
        #expect(event.name == name)
        #expect(event.modifiers == modifiers)
        let attributes = event.series(consumer: .process(1)).attributes
        #expect(attributes == (modifiers == .both ? [:] : ["modifiers": modifiers.rawValue]))
    }

    @Test(
        "garbage is no event",
        arguments: [
            "", " ", ":", ":u", "CYCLES ", " cycles", "cycles:", "cycles:x", "cycles:u:k", "cycles:uu", "cycles::u",
            "r", "rg", "r-1", "r+1", "r 1", "r0x1", "r10000000000000000", "rr1", "r１", "LL_READ", "LL_READ_MISS_MISS",
            "L3_READ_MISS", "cpu/cycles/", "sched:sched_switch", "cycles\0", "cycles\n", "TAS\u{212A}-CLOCK", "ｃycles",
            "dummy", "PERF_COUNT_HW_CPU_CYCLES", "-", "_",
        ])
    func garbage(text: String) {
        #expect(PerfEvent(parsing: text) == nil)
    }
}

@Suite struct PerfEventConfigurationTests {
    @Test(
        "events have the kernel's numbers",
        arguments: [
            ("CPU_CYCLES", 0, 0), ("INSTRUCTIONS", 0, 1), ("CACHE_REFERENCES", 0, 2), ("CACHE_MISSES", 0, 3),
            ("BRANCH_INSTRUCTIONS", 0, 4), ("BRANCH_MISSES", 0, 5), ("BUS_CYCLES", 0, 6),
            ("STALLED_CYCLES_FRONTEND", 0, 7), ("STALLED_CYCLES_BACKEND", 0, 8), ("REF_CPU_CYCLES", 0, 9),
            ("CPU_CLOCK", 1, 0), ("TASK_CLOCK", 1, 1), ("PAGE_FAULTS", 1, 2), ("CONTEXT_SWITCHES", 1, 3),
            ("CPU_MIGRATIONS", 1, 4), ("PAGE_FAULTS_MIN", 1, 5), ("PAGE_FAULTS_MAJ", 1, 6), ("ALIGNMENT_FAULTS", 1, 7),
            ("EMULATION_FAULTS", 1, 8), ("CGROUP_SWITCHES", 1, 11),
        ] as [(String, UInt32, UInt64)])
    func numbers(name: String, type: UInt32, config: UInt64) throws {
        let event = try #require(PerfEvent(parsing: name))
        #expect(event.type == type)
        #expect(event.config == config)
        #expect(event.isSoftware == (type == 1))
        #expect(event.place == (type == 1 ? .kernel : .processor))
    }

    @Test(
        "cache events are cache, operation and result in one number (perf_event_open(2))",
        arguments: [
            ("L1D_READ_ACCESS", 0x00000), ("L1D_READ_MISS", 0x10000), ("L1D_WRITE_ACCESS", 0x00100),
            ("L1D_PREFETCH_MISS", 0x10200), ("L1I_READ_ACCESS", 0x00001), ("LL_READ_MISS", 0x10002),
            ("LL_WRITE_MISS", 0x10102), ("DTLB_READ_MISS", 0x10003), ("ITLB_READ_MISS", 0x10004),
            ("BPU_READ_ACCESS", 0x00005), ("NODE_PREFETCH_ACCESS", 0x00206), ("NODE_WRITE_MISS", 0x10106),
        ] as [(String, UInt64)])
    func cacheNumbers(name: String, config: UInt64) throws {
        let event = try #require(PerfEvent(parsing: name))
        #expect(event.type == 3)
        #expect(event.config == config)
        #expect(event.metric == Metric(name: "perf_cache_\(name)", unit: .count))
    }

    @Test("clocks count nanoseconds, everything else things that happen")
    func units() {
        let clocks = PerfEventCatalog.all.filter { $0.metric.unit == .nanoseconds }.map(\.name)
        #expect(clocks == ["TASK_CLOCK", "CPU_CLOCK"])
        #expect(PerfEventCatalog.all.filter { $0.metric.unit != .count }.count == 2)
    }
}
