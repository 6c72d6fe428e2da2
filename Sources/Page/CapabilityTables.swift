import Measurement

/// What can be measured here; for what cannot the reason, and what would help.
struct CapabilityTables {
    let capabilities: Capabilities

    var html: HTML {
        """
        <section aria-labelledby="capabilities-title">
        <h2 id="capabilities-title">What can be measured here</h2>
        \(table("backends", "Parts", capabilities.backends.map(row)))
        \(table("domains", "Energy", capabilities.domains.map(row)))
        \(table("families", "Families of events", capabilities.families.map(row)))
        \(events)
        </section>
        """
    }

    private func table(_ id: String, _ title: String, _ rows: [HTML]) -> HTML {
        """
        <h3 id="\(id)-title">\(title)</h3>
        <div class="wide" role="group" aria-labelledby="\(id)-title" tabindex="0">
        <table id="\(id)">
        <thead><tr><th scope="col">Name</th><th scope="col">Here</th><th scope="col">What it is, or why not</th></tr></thead>
        <tbody>\(rows)</tbody>
        </table>
        </div>
        """
    }

    private func row(_ name: HTML, _ availability: Availability, _ meaning: String) -> HTML {
        """
        <tr><th scope="row">\(name)</th><td>\(Self.mark(availability))</td><td>\(meaning)\(Self.obstacle(availability))</td></tr>

        """
    }

    private func row(_ backend: Capability) -> HTML {
        let detail = backend.detail.isEmpty ? "" : " (\(backend.detail))"
        return row("\(backend.name)", backend.availability, "\(backend.purpose)\(detail)")
    }

    private func row(_ domain: DomainCapability) -> HTML {
        let place = [domain.package.map { "package \($0)" }, domain.die.map { "die \($0)" }].compactMap(\.self)
        let name = ([domain.domain ?? "any"] + place).joined(separator: ", ")
        let meaning = SeriesName.meaning(ofDomain: domain.domain ?? "")
        let interface = domain.interface.map { "\(meaning.isEmpty ? "" : "; ")read through \($0)" } ?? ""
        return row("\(name)", domain.availability, meaning + interface)
    }

    private func row(_ family: EventFamilyCapability) -> HTML {
        let count = family.count.map { " (\($0))" } ?? ""
        return row("\(family.family.rawValue)\(count)", family.availability, family.family.summary)
    }

    private var events: HTML {
        let usable = capabilities.events.count { $0.availability.isUsable }
        return """
            <details id="events"><summary>Events by name: \(usable) of \(capabilities.events.count) can be counted</summary>
            \(table("event-list", "Events", capabilities.events.map(row)))
            </details>
            """
    }

    private func row(_ event: EventCapability) -> HTML {
        row("<code>\(event.name)</code>", event.availability, event.summary)
    }

    private static func mark(_ availability: Availability) -> HTML {
        let tone: HTML
        switch availability {
        case .available: tone = "good"
        case .limited: tone = "active"
        case .unavailable: tone = "neutral"
        }
        return "<span class=\"status \(tone)\">\(availability.word)</span>"
    }

    private static func obstacle(_ availability: Availability) -> HTML? {
        availability.obstacle.map { obstacle in
            """
            <br><small>\(obstacle.reason)\(obstacle.remedy.map { ". What helps: \($0)" } ?? "")</small>
            """
        }
    }
}
