import CLinux
import Measurement

/// Something that the kernel can count for a process: `INSTRUCTIONS`, `PAGE_FAULTS`, `r412e`, `msr/tsc/`.
package struct PerfEvent: Sendable, Hashable {
    /// The name as ergometer spells it, modifiers included: `CPU_CYCLES:u`.
    package let name: String
    package let metric: Metric
    let type: UInt32
    let config: UInt64
    var config1: UInt64 = 0
    var config2: UInt64 = 0
    var modifiers: PerfModifiers = .both
    /// Whether it happens in the kernel only, so that counting user mode alone gives a 0 that means nothing.
    var needsKernel = false
    /// A clock: the kernel counts its time in all modes, whatever it is told to leave out.
    var ignoresModes = false
    /// Its unit per count, where the PMU's description says so.
    var scale: Double = 1
    var place = PerfCounterPlace.processor
    /// On the hardware before all others, whenever its task is on a CPU of its PMU.
    var isPinned = false

    /// Counted by the kernel itself rather than by a hardware counter: always runs, never shared out.
    var isSoftware: Bool { place == .kernel }

    /// A place in the kernel, or in a program (uprobe), that has a number in tracefs.
    var isTracepoint: Bool { type == PERF_TYPE_TRACEPOINT.rawValue }

    /// The name, and on which cores where these are of several types: `CPU_CYCLES (cpu_atom)`.
    var label: String {
        if case .cores(let pmu) = place { "\(name) (\(pmu))" } else { name }
    }
}

/// Who counts an event. Events of one place can be in one group.
enum PerfCounterPlace: Sendable, Hashable {
    /// The kernel: software events and tracepoints.
    case kernel
    /// The hardware counters of a processor whose cores are all alike.
    case processor
    /// Those of one type of core, by its PMU: `cpu_core`, `cpu_atom`. Stand still while the task is on another type.
    case cores(pmu: String)
    /// Another PMU, such as `msr`.
    case pmu(String)
}

/// In which modes of the processor an event is counted; `u` and `k` behind a colon.
package enum PerfModifiers: String, Sendable, Hashable {
    case both = ""
    case user = "u"
    case kernel = "k"

    init?(suffix: some StringProtocol) {
        switch suffix.lowercased() {
        case "u": self = .user
        case "k": self = .kernel
        case "uk", "ku": self = .both
        default: return nil
        }
    }
}

extension PerfEvent {
    /// The same event, counted in some modes only.
    func with(_ modifiers: PerfModifiers) -> PerfEvent {
        guard modifiers != .both else { return self }
        let name = name.hasSuffix("/") ? "\(name)\(modifiers.rawValue)" : "\(name):\(modifiers.rawValue)"
        var event = PerfEvent(name: name, metric: metric, type: type, config: config)
        (event.config1, event.config2) = (config1, config2)
        event.modifiers = modifiers
        event.needsKernel = needsKernel
        event.ignoresModes = ignoresModes
        event.scale = scale
        event.place = place
        return event
    }

    /// The series that this event gives for a consumer.
    func series(consumer: Consumer) -> Series {
        var attributes = modifiers == .both ? [:] : ["modifiers": modifiers.rawValue]
        if case .cores(let pmu) = place { attributes["pmu"] = pmu }
        return Series(metric: metric, resource: .localMachine, consumer: consumer, attributes: attributes)
    }
}
