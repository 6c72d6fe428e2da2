import API
import Measurement

/// What `ergometer doctor` says.
struct DoctorReport {
    private let capabilities: Capabilities

    init(_ capabilities: Capabilities) {
        self.capabilities = capabilities
    }

    private static let nameWidth = 14
    private static let indent = 4

    var text: String {
        let sections = [[machine], backends, domains, families, [closing]]
        return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var machine: String {
        guard let machine = capabilities.machine else { return "ergometer \(ErgometerAPI.version)" }
        let kind = machine.isVirtual ? ", a virtual machine" : ""
        return "ergometer \(ErgometerAPI.version) on Linux \(machine.kernel), \(machine.architecture)\(kind)"
    }

    private var backends: [String] {
        capabilities.backends.flatMap { backend in
            entry(backend.name, backend.availability, backend.purpose, backend.detail)
        }
    }

    private var domains: [String] {
        // What is said of no domain in particular stands above.
        let domains = capabilities.domains.filter { $0.domain != nil }
        return [domains.isEmpty ? "Energy: none" : "Energy"]
            + domains.flatMap { domain in
                let place = [
                    domain.domain, domain.package.map(String.init), domain.die.map { "die \($0)" },
                ]
                return entry(
                    place.compactMap(\.self).joined(separator: " "), domain.availability,
                    domain.interface.map { "by \($0)" } ?? "", "")
            }
    }

    private var families: [String] {
        ["Events"]
            + capabilities.families.flatMap { item in
                entry(item.family.rawValue, item.availability, item.family.syntax, counted(item))
            }
    }

    private func counted(_ item: EventFamilyCapability) -> String {
        guard let count = item.count else { return "" }
        let usable = capabilities.events.count { $0.family == item.family && $0.availability.isUsable }
        return item.family == .tracepoint ? "\(count) of them" : "\(usable) of \(count)"
    }

    private func entry(_ name: String, _ availability: Availability, _ purpose: String, _ detail: String) -> [String] {
        let head = CapabilityText.padded("  \(name)", to: Self.nameWidth + 2)
        let state = CapabilityText.padded(availability.word, to: 13)
        let words = [purpose, detail.isEmpty ? "" : "(\(detail))"].filter { !$0.isEmpty }.joined(separator: " ")
        let obstacle = availability.obstacle.map { CapabilityText.lines(about: $0, indent: Self.indent) } ?? []
        return CapabilityText.paragraph(head + state, words, 0) + obstacle
    }

    private var closing: String {
        capabilities.canMeasure
            ? "`ergometer events` lists the events; `ergometer events sched:` those with a word in their names."
            : "Nothing can be measured here but the times of a command."
    }
}
