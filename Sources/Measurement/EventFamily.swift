/// A kind of perf events: how they are named, and what their numbers are. The one place for this.
package enum EventFamily: String, Sendable, Hashable, CaseIterable {
    case hardware, software, cache, raw, tracepoint, pmu, model

    /// How an event of the family is asked for.
    package var syntax: String {
        switch self {
        case .hardware: "INSTRUCTIONS, instructions"
        case .software: "PAGE_FAULTS, page-faults"
        case .cache: "LL_READ_MISS, LLC-load-misses"
        case .raw: "rHEX, such as r412e"
        case .tracepoint: "group:name, such as sched:sched_switch"
        case .pmu: "pmu/event,param=value/, such as msr/tsc/ or cpu/event=0x3c,umask=0x1/u"
        case .model: "a name that libpfm4 knows, such as INST_RETIRED:ANY_P or icx::INST_RETIRED:ANY_P"
        }
    }

    /// What the names of its metrics begin with.
    package var metricPrefix: String {
        switch self {
        case .hardware, .software, .cache, .raw, .tracepoint, .pmu, .model: "perf_\(rawValue)_"
        }
    }

    /// The pattern of its metrics' names.
    package var metricPattern: String {
        switch self {
        case .hardware, .software: "\(metricPrefix)<EVENT>"
        case .cache: "\(metricPrefix)<CACHE>_<OPERATION>_<RESULT>"
        case .raw: "\(metricPrefix)r<HEX>"
        case .tracepoint: "\(metricPrefix)<group>_<name>"
        case .pmu: "\(metricPrefix)<pmu>_<event>_<term>_<0xHEX>"
        case .model: "\(metricPrefix)<NAME>"
        }
    }

    /// The units that its metrics may have.
    package var units: [Unit] {
        switch self {
        case .hardware, .cache, .raw, .model: [.count]
        case .software, .tracepoint: [.count, .nanoseconds]
        case .pmu: [.count, .nanoseconds, .joules]
        }
    }

    package var summary: String {
        switch self {
        case .hardware: "What all processors count under one name, as the kernel maps it to this one."
        case .software: "What the kernel counts itself; needs no hardware counter and is never shared out."
        case .cache: "Accesses to the caches and their misses, as the kernel maps them to this processor."
        case .raw: "The configuration word of an event of the processor, from its manual."
        case .tracepoint: "How often the kernel passes a tracepoint on behalf of the program; sched_stat_* add up ns."
        case .pmu: "An event of any PMU that can follow a process, as sysfs describes it."
        case .model: "An event of this model of processor, by its maker's name."
        }
    }
}
