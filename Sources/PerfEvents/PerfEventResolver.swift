import CLinux
import Measurement

/// Finds out what a name means on this machine.
///
/// In this order: the catalog's names, `pmu/…/`, raw codes, tracepoints, model-specific names.
struct PerfEventResolver: Sendable {
    let pmus: PMUDirectory
    private let findTracefs: @Sendable () -> Tracefs
    let models: ModelEventNames

    init(
        pmus: PMUDirectory = PMUDirectory(), tracefs: @autoclosure @escaping @Sendable () -> Tracefs = Tracefs(),
        models: ModelEventNames = .shared
    ) {
        self.pmus = pmus
        self.findTracefs = tracefs
        self.models = models
    }

    /// As it is now: it can be mounted while a server runs.
    var tracefs: Tracefs { findTracefs() }

    /// - Returns: one event, or one for each type of core where the processor has several.
    func resolve(_ text: String) throws(PerfEventNameError) -> [PerfEvent] {
        if text.contains("/") { return [try PMUEventParser(pmus: pmus).parse(text)] }
        if let event = try catalogued(text) { return onEachCoreType(event) }
        if let event = try model(text) { return [event] }
        if TracepointParser.isTracepoint(text) { return [try TracepointParser(tracefs: tracefs).parse(text)] }
        throw .unknown(unknown)
    }

    private func catalogued(_ text: String) throws(PerfEventNameError) -> PerfEvent? {
        if let event = PerfEvent(parsing: text) { return event }
        guard let colon = text.lastIndex(of: ":"), PerfEvent(parsing: String(text[..<colon])) != nil else { return nil }
        // Throws: the event is known, so it is the modifier that is not.
        _ = try Self.modifiers(text[text.index(after: colon)...])
        throw .unknown("is no event: nothing stands behind the colon")
    }

    /// A tracepoint's group comes first: libpfm4 takes names in any case.
    private func model(_ text: String) throws(PerfEventNameError) -> PerfEvent? {
        if let colon = text.firstIndex(of: ":"), tracefs.hasGroup(text[..<colon]) { return nil }
        return try ModelEventParser(names: models, pmus: pmus).parse(text)
    }

    private var unknown: String {
        let models = models.obstacle.map { "; names of the processor's maker are not known: \($0.sentence)" } ?? ""
        return "is no event that can be counted here: hardware, software and cache events by name (INSTRUCTIONS, "
            + "PAGE_FAULTS, LL_READ_MISS), raw ones (r412e), tracepoints (sched:sched_switch), those of a PMU "
            + "(msr/tsc/) and names of the processor's maker, with :u or :k, are; `ergometer events` lists them\(models)"
    }
}

// MARK: - Modifiers

extension PerfEventResolver {
    /// `u`, `k`, or both in any order; nothing is both too.
    static func modifiers(_ text: some StringProtocol) throws(PerfEventNameError) -> PerfModifiers {
        if text.isEmpty { return .both }
        if let modifiers = PerfModifiers(suffix: text) { return modifiers }
        let known = "u (user mode) and k (kernel mode) are"
        if let letter = text.first(where: { meanings[$0] != nil }),
            text.allSatisfy({ "ukUK".contains($0) || meanings[$0] != nil })
        {
            throw .unknown(
                "has the modifier \(letter) of perf (\(meanings[letter]!)), which is not known here: \(known)")
        }
        throw .unknown("has a modifier that is not known: \(known)")
    }

    private static let meanings: [Character: String] = [
        "h": "hypervisor", "H": "host", "G": "guest", "p": "precise samples", "P": "precise samples",
        "I": "not while idle",
        "D": "pinned", "W": "weak group", "S": "sampled group", "e": "exclusive", "b": "BPF",
    ]
}

// MARK: - Processors with several types of cores

extension PerfEventResolver {
    /// A hardware event of the catalog or a raw one counts on all cores; where these are of several types, each type
    /// has counters of its own. The kernel takes the type in the upper half of `config` (PERF_PMU_TYPE_SHIFT, since 5.13);
    /// a raw event is opened as one of the PMU itself.
    private func onEachCoreType(_ event: PerfEvent) -> [PerfEvent] {
        guard event.place == .processor, !pmus.coreTypes.isEmpty else { return [event] }
        return pmus.coreTypes.map { event.on($0) }
    }
}

extension PerfEvent {
    /// The same event on the cores of one type.
    func on(_ core: PMUDirectory.CoreType) -> PerfEvent {
        let isRaw = type == PERF_TYPE_RAW.rawValue
        var event = PerfEvent(
            name: name, metric: metric, type: isRaw ? core.type : type,
            config: isRaw ? config : config | UInt64(core.type) << 32)
        event.modifiers = modifiers
        event.place = .cores(pmu: core.name)
        return event
    }

    /// Counts nothing that anybody asks for: it is on the hardware for as long as its task is on a core of this type,
    /// and its running time is that time. See docs/decisions/0015.
    static func presence(on core: PMUDirectory.CoreType) -> PerfEvent {
        var event = PerfEventCatalog.event(named: "CPU_CYCLES")!.on(core).with(.user)
        event.isPinned = true
        return event
    }
}
