import Measurement

extension PerfEventBackend {
    /// What this backend and all it builds on can do here. The kernel is asked once for each event and process.
    package var capabilities: Capabilities {
        refresh()
        let events = catalogued + ofPMUs
        return Capabilities(
            backends: [perf, tracefsCapability, libpfm], families: families(of: events), events: events)
    }

    /// The tracepoints with `filter` in their names. Whether they can be counted is tried with one of them: the kernel
    /// changes its own code for each that is opened.
    package func tracepoints(matching filter: String) -> [EventCapability] {
        let names = resolver.tracefs.tracepoints.filter { $0.lowercased().contains(filter.lowercased()) }
        guard let first = names.first else { return [] }
        refresh()
        let availability = self.availability(ofName: first)
        return names.map { name in
            guard let event = try? resolver.resolve(name).first else {
                return capability(name, .tracepoint, metric: nil, self.availability(ofName: name))
            }
            return capability(name, .tracepoint, metric: event.metric, availability)
        }
    }

    private func capability(
        _ name: String, _ family: EventFamily, metric: Metric?, _ availability: Availability
    ) -> EventCapability {
        EventCapability(
            name: name, family: family, metric: metric, summary: family.summary, availability: availability)
    }
}

// MARK: - Backends

extension PerfEventBackend {
    private var perf: Capability {
        let clock = availability(ofName: PerfEventCatalog.taskClock.name)
        let kernel = availability(ofName: "PAGE_FAULTS")
        return Capability(
            name: "perf_event", purpose: "Counts events of the command and all its descendants.",
            detail: environment.paranoidLevel.map { "kernel.perf_event_paranoid is \($0)" } ?? "",
            availability: clock.isUsable ? kernel : clock)
    }

    private var tracefsCapability: Capability {
        Capability(
            name: "tracefs", purpose: "Names and numbers of tracepoints.", detail: resolver.tracefs.path ?? "",
            availability: resolver.tracefs.obstacle.map { .unavailable($0) } ?? .available)
    }

    private var libpfm: Capability {
        Capability(
            name: "libpfm4", purpose: "Names that the processor's maker gives to its events.",
            availability: resolver.models.obstacle.map { .unavailable($0) } ?? .available)
    }
}

// MARK: - Events

extension PerfEventBackend {
    private var catalogued: [EventCapability] {
        PerfEventCatalog.all.map { event in
            EventCapability(
                name: event.name, aliases: PerfEventCatalog.aliases(of: event), family: Self.family(of: event),
                metric: event.metric, summary: PerfEventSummary.of(event),
                availability: availability(ofName: event.name))
        }
    }

    private static func family(of event: PerfEvent) -> EventFamily {
        [EventFamily.hardware, .software, .cache].first { event.metric.name.hasPrefix($0.metricPrefix) }!
    }

    private var ofPMUs: [EventCapability] {
        resolver.pmus.names.flatMap { name -> [EventCapability] in
            guard let pmu = resolver.pmus.description(of: name) else { return [] }
            // Listed by the names of their events.
            if ["software", "tracepoint"].contains(name) { return [] }
            if let obstacle = pmu.obstacle {
                return [
                    EventCapability(
                        name: "\(name)/*/", family: .pmu, metric: nil, summary: "All events of the PMU \(name).",
                        availability: .unavailable(obstacle))
                ]
            }
            return pmu.eventNames.map { event in
                let text = "\(name)/\(event)/"
                let metric = (try? resolver.resolve(text))?.first?.metric
                return EventCapability(
                    name: text, family: .pmu, metric: metric, summary: "The event \(event) of the PMU \(name).",
                    availability: availability(ofName: text))
            }
        }
    }

    /// Whether what the name means can be counted: on all types of cores, on some, or not.
    func availability(ofName name: String) -> Availability {
        do throws(PerfEventNameError) {
            return combined(try resolver.resolve(name).map { ($0, self.availability(of: $0)) })
        } catch {
            switch error {
            case .unknown(let message): return .unavailable(Obstacle(message))
            case .refused(let obstacle): return .unavailable(obstacle)
            }
        }
    }

    private func combined(_ answers: [(event: PerfEvent, answer: PerfEventAvailability)]) -> Availability {
        var missing: [(event: PerfEvent, obstacle: Obstacle)] = []
        for (event, answer) in answers {
            if case .unavailable(let obstacle) = answer { missing.append((event, obstacle)) }
        }
        if let first = missing.first {
            if missing.count == answers.count { return .unavailable(first.obstacle) }
            let reason = "not counted as \(first.event.label): \(first.obstacle.reason)"
            return .limited(Obstacle(reason, remedy: first.obstacle.remedy))
        }
        guard answers.contains(where: { $0.answer == .userModeOnly }) else { return .available }
        return .limited(Obstacle("in user mode only: " + environment.rights.reason, remedy: environment.rights.remedy))
    }
}

// MARK: - Families

extension PerfEventBackend {
    private func families(of events: [EventCapability]) -> [EventFamilyCapability] {
        EventFamily.allCases.map { family in
            let members = events.filter { $0.family == family }
            return EventFamilyCapability(
                family: family, count: count(of: family, members), availability: availability(of: family, members))
        }
    }

    private func count(of family: EventFamily, _ members: [EventCapability]) -> Int? {
        switch family {
        case .raw, .model: nil
        case .tracepoint: resolver.tracefs.tracepoints.count
        case .hardware, .software, .cache, .pmu: members.count
        }
    }

    /// Of families without a list the first instruction counter stands for all.
    private func availability(of family: EventFamily, _ members: [EventCapability]) -> Availability {
        switch family {
        case .hardware, .software, .cache, .pmu: Self.best(of: members)
        case .raw: availability(ofName: "INSTRUCTIONS")
        case .model: resolver.models.obstacle.map { .unavailable($0) } ?? availability(ofName: "INSTRUCTIONS")
        case .tracepoint: availability(ofName: "sched:sched_switch")
        }
    }

    private static func best(of members: [EventCapability]) -> Availability {
        members.first { $0.availability == .available }?.availability
            ?? members.first { $0.availability.isUsable }?.availability
            ?? members.first { $0.metric != nil }?.availability ?? members.first?.availability
            ?? .unavailable(Obstacle("this machine shows none"))
    }
}
