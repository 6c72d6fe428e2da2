import LinuxSystem
import Measurement
import Synchronization

/// Counts perf events for runs.
package final class PerfEventBackend: RunBackend {
    let resolver: PerfEventResolver
    private let probe: Mutex<PerfEventProbe>
    /// The first event on an idle system costs 8 ms, because the kernel patches its own code for it; this one, which
    /// counts nothing and is inherited by nobody, keeps the patch in. Nil where perf is not to be had.
    private let keptOpen: OwnedDescriptor?

    /// More faults of one selection are not listed: a request could hold one for every fourth byte.
    private static let maximumFaults = 100

    /// - Parameter sysfsRoot: where PMUs are described; another than `/sys` is another machine, whose PMUs are not opened.
    package convenience init(sysfsRoot: String = "/sys") {
        self.init(
            probe: PerfEventProbe(environment: PerfEnvironment(), tryOpening: PerfEventTrial().open),
            resolver: PerfEventResolver(pmus: PMUDirectory(sysfsRoot: sysfsRoot)))
    }

    init(probe: sending PerfEventProbe, resolver: PerfEventResolver = PerfEventResolver()) {
        self.probe = Mutex(probe)
        self.resolver = resolver
        keptOpen = try? PerfEvent.openDummy()
    }

    var environment: PerfEnvironment { probe.withLock { $0.environment } }

    /// To be called before what may be answered otherwise than last time.
    func refresh() { probe.withLock { $0.refresh() } }

    /// Whether this process may count anything at all.
    package var isAvailable: Bool {
        refresh()
        if case .unavailable = availability(of: PerfEventCatalog.taskClock) { return false }
        return true
    }

    package func availability(of event: PerfEvent) -> PerfEventAvailability {
        guard case .cores(let pmu) = event.place else { return probe.withLock { $0.availability(of: event) } }
        guard resolver.pmus.isLive else {
            return .unavailable(
                Obstacle("\(resolver.pmus.path) describes another machine than the one that would count"))
        }
        // Without the counter that tells how long the program was on such a core nobody knows what its counts mean.
        if let presence = presence(on: pmu),
            case .unavailable(let obstacle) = probe.withLock({ $0.availability(of: presence) })
        {
            return .unavailable(obstacle)
        }
        return probe.withLock { $0.availability(of: event) }
    }

    private func presence(on pmu: String) -> PerfEvent? {
        resolver.pmus.coreTypes.first { $0.name == pmu }.map(PerfEvent.presence(on:))
    }

    package func plan(events names: [String]?) throws(EventSelectionError) -> any RunSourcePlan {
        refresh()
        guard let names else { return planDefaults() }
        var selection = PerfEventSelection(resolver)
        // Before the kernel is asked about any: each answer takes it a while.
        try Self.check(names) { selection.surplus($0) }
        var plan = emptyPlan
        try Self.check(names) { add($0, from: &selection, to: &plan) }
        if case .unavailable(let obstacle) = plan.add(PerfEventCatalog.taskClock, by: availability(of:)) {
            plan.miss(PerfEventCatalog.taskClock, for: obstacle)
        }
        return plan
    }

    private var emptyPlan: PerfEventPlan {
        var plan = PerfEventPlan()
        for core in resolver.pmus.coreTypes { plan.presences[.cores(pmu: core.name)] = .presence(on: core) }
        return plan
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

    /// Adds an event that was asked for by name; says why when it cannot be had on any core.
    private func add(
        _ name: String, from selection: inout PerfEventSelection, to plan: inout PerfEventPlan
    ) -> String? {
        do throws(PerfEventNameError) {
            let obstacles = add(try selection.resolve(name), to: &plan)
            return obstacles.map { "cannot be counted: \($0.sentence)" }
        } catch {
            return error.message
        }
    }

    /// Adds an event, on each type of core; what some of them lack is noted in the plan.
    ///
    /// - Returns: what is in the way on all of them; nil when it is counted on one.
    private func add(_ events: [PerfEvent], to plan: inout PerfEventPlan) -> Obstacle? {
        var obstacles: [(event: PerfEvent, obstacle: Obstacle)] = []
        for event in events {
            if case .unavailable(let obstacle) = plan.add(event, by: availability(of:)) {
                obstacles.append((event, obstacle))
            }
        }
        if let first = obstacles.first, obstacles.count == events.count { return first.obstacle }
        for (event, obstacle) in obstacles { plan.miss(event, for: obstacle) }
        return nil
    }

    private func planDefaults() -> PerfEventPlan {
        var plan = emptyPlan
        for name in PerfEventCatalog.defaultNames {
            guard let events = try? resolver.resolve(name), let obstacle = add(events, to: &plan) else { continue }
            plan.miss(PerfEventCatalog.event(named: name)!, for: obstacle)
        }
        return plan
    }
}
