import CLinux
import Measurement

/// Something that the kernel can count for a process: `INSTRUCTIONS`, `PAGE_FAULTS`, `r412e`.
package struct PerfEvent: Sendable, Hashable {
    /// The name as ergometer spells it, modifiers included: `CPU_CYCLES:u`.
    package let name: String
    package let metric: Metric
    let type: UInt32
    let config: UInt64
    var modifiers: PerfModifiers = .both
    /// Whether it happens in the kernel only, so that counting user mode alone gives a 0 that means nothing.
    var needsKernel = false
    /// A clock: the kernel counts its time in all modes, whatever it is told to leave out.
    var ignoresModes = false

    /// Counted by the kernel itself rather than by a hardware counter: always runs, never shared out.
    var isSoftware: Bool { type == PERF_TYPE_SOFTWARE.rawValue }
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
        var event = PerfEvent(name: "\(name):\(modifiers.rawValue)", metric: metric, type: type, config: config)
        event.modifiers = modifiers
        event.needsKernel = needsKernel
        event.ignoresModes = ignoresModes
        return event
    }

    /// The series that this event gives for a consumer.
    func series(consumer: Consumer) -> Series {
        Series(
            metric: metric, resource: .localMachine, consumer: consumer,
            attributes: modifiers == .both ? [:] : ["modifiers": modifiers.rawValue])
    }
}
