import Measurement

/// What one run will count.
struct PerfEventPlan: RunSourcePlan {
    private(set) var events: [PerfEvent] = []
    private var userModeOnly: Set<PerfEvent> = []
    /// The pinned counters that go with events on processors with several types of cores.
    var presences: [PerfCounterPlace: PerfEvent] = [:]
    /// Events that nobody asked for, or that are counted elsewhere, and that cannot be counted; by reason.
    private var missing: [String: [String]] = [:]

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

    mutating func miss(_ event: PerfEvent, for obstacle: Obstacle) {
        guard missing[obstacle.sentence]?.contains(event.label) != true else { return }
        missing[obstacle.sentence, default: []].append(event.label)
    }

    var warnings: [String] {
        var warnings = missing.sorted { $0.key < $1.key }.map { reason, names in
            "not counted: \(names.joined(separator: ", ")): \(reason)"
        }
        if !userModeOnly.isEmpty {
            let names = events.filter(userModeOnly.contains).map(\.label).joined(separator: ", ")
            warnings.append(
                "counted in user mode only: \(names): kernel.perf_event_paranoid forbids the rest without CAP_PERFMON")
        }
        return warnings
    }

    func open() throws -> any RunSource {
        try PerfEventSource(events: events, userModeOnly: userModeOnly, presences: presences)
    }
}
