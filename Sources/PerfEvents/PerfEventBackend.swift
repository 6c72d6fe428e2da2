import LinuxSystem
import Measurement
import Synchronization

/// Counts perf events for runs.
package final class PerfEventBackend: RunBackend {
    private let probe: Mutex<PerfEventProbe>
    /// The first event on an idle system costs 8 ms, because the kernel patches its own code for it; this one, which
    /// counts nothing and is inherited by nobody, keeps the patch in. Nil where perf is not to be had.
    private let keptOpen: OwnedDescriptor?

    /// The most events of one run: each costs the program a little at every context switch.
    package static let maximumEvents = 64

    /// More faults of one selection are not listed: a request could hold one for every fourth byte.
    private static let maximumFaults = 100

    package convenience init() {
        self.init(probe: PerfEventProbe(environment: PerfEnvironment()))
    }

    init(probe: sending PerfEventProbe) {
        self.probe = Mutex(probe)
        keptOpen = try? PerfEvent.openDummy()
    }

    /// Whether this process may count anything at all.
    package var isAvailable: Bool {
        if case .unavailable = availability(of: PerfEventCatalog.taskClock) { return false }
        return true
    }

    package func availability(of event: PerfEvent) -> PerfEventAvailability {
        probe.withLock { $0.availability(of: event) }
    }

    package func plan(events names: [String]?) throws(EventSelectionError) -> any RunSourcePlan {
        guard let names else { return planDefaults() }
        try Self.checkCount(of: names)
        var plan = PerfEventPlan()
        try Self.check(names) { add($0, to: &plan) }
        if case .unavailable(let reason) = plan.add(PerfEventCatalog.taskClock, by: availability(of:)) {
            plan.missing[reason, default: []].append(PerfEventCatalog.taskClock.name)
        }
        return plan
    }

    /// Before the kernel is asked about any: each answer takes it a while.
    private static func checkCount(of names: [String]) throws(EventSelectionError) {
        var events: Set<PerfEvent> = []
        try check(names) { name in
            guard let event = PerfEvent(parsing: name), !events.contains(event) else { return nil }
            if events.count == maximumEvents { return "is one too many: a run counts at most \(maximumEvents) events" }
            events.insert(event)
            return nil
        }
    }

    /// - Parameter fault: says what is wrong with a name; nil when nothing is.
    private static func check(
        _ names: [String], fault: (String) -> String?
    ) throws(EventSelectionError) {
        var faults: [EventSelectionError.Fault] = []
        for (index, name) in names.enumerated() where faults.count < maximumFaults {
            guard let message = fault(name) else { continue }
            faults.append(.init(index: index, name: name, message: message))
        }
        if !faults.isEmpty { throw EventSelectionError(faults: faults) }
    }

    /// Adds an event that was asked for by name; says why when it cannot be had.
    private func add(_ name: String, to plan: inout PerfEventPlan) -> String? {
        guard let event = PerfEvent(parsing: name) else {
            return "is no event that can be counted here: hardware, software and cache events by name "
                + "(INSTRUCTIONS, PAGE_FAULTS, LL_READ_MISS) and raw ones (r412e), with :u or :k, are"
        }
        guard case .unavailable(let reason) = plan.add(event, by: availability(of:)) else { return nil }
        return "cannot be counted: \(reason)"
    }

    private func planDefaults() -> PerfEventPlan {
        var plan = PerfEventPlan()
        for event in PerfEventCatalog.defaultNames.compactMap(PerfEvent.init(parsing:)) {
            guard case .unavailable(let reason) = plan.add(event, by: availability(of:)) else { continue }
            plan.missing[reason, default: []].append(event.name)
        }
        return plan
    }
}

/// What one run will count.
struct PerfEventPlan: RunSourcePlan {
    private(set) var events: [PerfEvent] = []
    private var userModeOnly: Set<PerfEvent> = []
    /// Names that nobody asked for and that cannot be counted, by reason.
    var missing: [String: [String]] = [:]

    /// Adds an event unless it is there already or cannot be counted, and says which.
    mutating func add(
        _ event: PerfEvent, by availability: (PerfEvent) -> PerfEventAvailability
    ) -> PerfEventAvailability {
        let answer = availability(event)
        guard !events.contains(event) else { return answer }
        switch answer {
        case .available: events.append(event)
        case .userModeOnly:
            events.append(event)
            userModeOnly.insert(event)
        case .unavailable: break
        }
        return answer
    }

    var warnings: [String] {
        var warnings = missing.sorted { $0.key < $1.key }.map { reason, names in
            "not counted: \(names.joined(separator: ", ")): \(reason)"
        }
        if !userModeOnly.isEmpty {
            let names = events.filter(userModeOnly.contains).map(\.name).joined(separator: ", ")
            warnings.append(
                "counted in user mode only: \(names): kernel.perf_event_paranoid forbids the rest without CAP_PERFMON")
        }
        return warnings
    }

    func open() throws -> any RunSource {
        try PerfEventSource(events: events, userModeOnly: userModeOnly)
    }
}
