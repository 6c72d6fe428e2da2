import Measurement

/// What `ergometer events` says: first what can be counted, then what cannot, by reason.
struct EventsReport {
    private let events: [EventCapability]
    private let families: [EventFamilyCapability]

    /// - Parameter families: those that can be asked for without being listed are explained at the end.
    init(_ events: [EventCapability], families: [EventFamilyCapability]) {
        self.events = events
        self.families = families
    }

    var text: String {
        var groups: [(obstacle: Obstacle?, word: String, events: [EventCapability])] = []
        for event in events {
            let obstacle = event.availability.obstacle
            if let index = groups.firstIndex(where: { $0.obstacle == obstacle && $0.word == event.availability.word }) {
                groups[index].events.append(event)
            } else {
                groups.append((obstacle, event.availability.word, [event]))
            }
        }
        let order = ["available", "limited", "unavailable"]
        let sorted = order.flatMap { word in groups.filter { $0.word == word } }
        let sections = sorted.map { section($0.word, $0.obstacle, $0.events) } + (more.isEmpty ? [] : [more])
        return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private func section(_ word: String, _ obstacle: Obstacle?, _ events: [EventCapability]) -> [String] {
        let title = ["available": "Counted", "limited": "Counted in part"][word] ?? "Not counted"
        return [title] + (obstacle.map { CapabilityText.lines(about: $0, indent: 2) } ?? []) + events.flatMap(line)
    }

    private func line(_ event: EventCapability) -> [String] {
        let aliases = event.aliases.isEmpty ? "" : " Also \(event.aliases.joined(separator: ", "))."
        let unit = event.metric.flatMap { $0.unit == .count ? nil : " In \($0.unit.symbol)." } ?? ""
        let words = event.family == .tracepoint ? unit : event.summary + unit + aliases
        let head = CapabilityText.padded("  \(event.name)", to: 28)
        return words.isEmpty ? ["  \(event.name)"] : CapabilityText.paragraph(head, words, 0)
    }

    private var more: [String] {
        let open = families.filter { [.raw, .tracepoint, .pmu, .model].contains($0.family) }
        guard !open.isEmpty else { return [] }
        return ["More"]
            + open.flatMap { item in
                let count = item.family == .tracepoint ? item.count.map { "; \($0) here" } ?? "" : ""
                let head = CapabilityText.padded("  \(item.family.rawValue)", to: 28)
                return CapabilityText.paragraph(head, "\(item.family.syntax) (\(item.availability.word)\(count))", 0)
                    + (item.availability.obstacle.map { CapabilityText.lines(about: $0, indent: 4) } ?? [])
            }
    }
}
