import Measurement

/// Reads `pmu/event,param=value/modifiers` against a PMU's description.
struct PMUEventParser {
    let pmus: PMUDirectory

    /// - Throws: what is wrong with it, in words for whoever wrote it.
    func parse(_ text: String) throws(PerfEventNameError) -> PerfEvent {
        guard let slash = text.firstIndex(of: "/"), let last = text.lastIndex(of: "/"), slash < last else {
            throw .unknown("is no event: a PMU's is written pmu/event/, with a slash at both ends")
        }
        let modifiers = try PerfEventResolver.modifiers(text[text.index(after: last)...])
        let pmu = try description(of: String(text[..<slash]))
        guard let terms = PMUTerm.list(parsing: text[text.index(after: slash)..<last]) else {
            throw .unknown(
                "is no event: between the slashes stand terms such as event=0x3c,umask=1, with numbers that are decimal "
                    + "or begin with 0x")
        }
        return try event(of: pmu, terms).with(modifiers)
    }

    private func description(of name: String) throws(PerfEventNameError) -> PMUDescription {
        guard let pmu = pmus.description(of: name) else {
            throw .unknown("is no event: this machine has no PMU of that name; it has \(list(pmus.names))")
        }
        if let obstacle = pmu.obstacle { throw .refused(obstacle) }
        guard pmus.isLive else {
            throw .refused(Obstacle("\(pmus.path) describes another machine than the one that would count"))
        }
        return pmu
    }

    private func event(of pmu: PMUDescription, _ terms: [PMUTerm]) throws(PerfEventNameError) -> PerfEvent {
        var words: [UInt64] = [0, 0, 0]
        let alias = try alias(in: terms, of: pmu)
        if let alias { try store(try definition(of: alias, in: pmu, given: terms), of: pmu, in: &words) }
        let own = terms.filter { $0.name != alias || $0.value != nil }.sorted { $0.name < $1.name }
        try store(own, of: pmu, in: &words)
        let parts = [alias].compactMap(\.self) + own.map(\.text)
        let unit = try alias.map { name throws(PerfEventNameError) in try self.unit(of: name, in: pmu) }
        var event = PerfEvent(
            name: "\(pmu.name)/\(parts.joined(separator: ","))/",
            metric: Metric(name: MetricName.of(.pmu, [pmu.name] + parts), unit: unit?.unit ?? .count),
            type: pmu.type, config: words[0])
        (event.config1, event.config2) = (words[1], words[2])
        event.scale = unit?.scale ?? 1
        event.place = pmus.place(of: pmu.name)
        return event
    }

    /// The one term that names an event of the PMU: it has no value, and no term has its name.
    private func alias(in terms: [PMUTerm], of pmu: PMUDescription) throws(PerfEventNameError) -> String? {
        let names = terms.filter { $0.value == nil && pmu.format($0.name) == nil }.map(\.name)
        guard names.count <= 1 else {
            throw .unknown("is no event: \(list(names)) cannot both be the event of \(pmu.name)")
        }
        return names.first
    }
}

// MARK: - Terms

extension PMUEventParser {
    /// What an event of sysfs stands for. `event=0x2,core=?` wants some of it from whoever asks.
    private func definition(
        of alias: String, in pmu: PMUDescription, given: [PMUTerm]
    ) throws(PerfEventNameError) -> [PMUTerm] {
        guard let text = pmu.event(alias) else { throw unknown(alias, in: pmu) }
        let parts = text.split(separator: ",")
        for open in parts where open.hasSuffix("=?") {
            guard given.contains(where: { $0.name == open.dropLast(2) }) else {
                throw .unknown("is no event: \(pmu.name)/\(alias)/ needs a value for \(open.dropLast(2))")
            }
        }
        let closed = parts.filter { !$0.hasSuffix("=?") }.joined(separator: ",")
        guard let terms = closed.isEmpty ? [] : PMUTerm.list(parsing: closed) else {
            throw .refused(Obstacle("the kernel describes \(alias) as \"\(text)\", which is not understood"))
        }
        return terms
    }

    private func store(
        _ terms: [PMUTerm], of pmu: PMUDescription, in words: inout [UInt64]
    ) throws(PerfEventNameError) {
        guard Set(terms.map(\.name)).count == terms.count else { throw .unknown("is no event: a term is given twice") }
        for term in terms {
            let format = try format(of: term.name, in: pmu)
            guard format.store(term.value ?? 1, in: &words) else {
                throw .unknown(
                    "is no event: \(term.name) of \(pmu.name) is at most 0x\(String(format.maximum, radix: 16))")
            }
        }
    }

    private func format(of term: String, in pmu: PMUDescription) throws(PerfEventNameError) -> PMUFormat {
        if let word = ["config", "config1", "config2"].firstIndex(of: term) { return PMUFormat(word: word) }
        guard let text = pmu.format(term) else { throw unknown(term, in: pmu) }
        guard let format = PMUFormat(parsing: text) else {
            throw .refused(Obstacle("the kernel describes the term \(term) as \"\(text)\", which is not understood"))
        }
        return format
    }

    /// What a count is worth: `<event>.scale` and `<event>.unit` in sysfs.
    private func unit(of alias: String, in pmu: PMUDescription) throws(PerfEventNameError) -> (
        unit: Unit, scale: Double
    ) {
        if pmu.property("snapshot", of: alias) == "1" {
            throw .refused(Obstacle("it is a state at one moment (snapshot), and runs add up what has changed"))
        }
        let unit: Unit? =
            switch pmu.property("unit", of: alias) {
            case nil, "": .count
            case "Joules": .joules
            case "ns": .nanoseconds
            default: nil
            }
        guard let unit else {
            throw .refused(
                Obstacle("its unit, \(pmu.property("unit", of: alias) ?? ""), is not one that ergometer has"))
        }
        guard let text = pmu.property("scale", of: alias) else { return (unit, 1) }
        guard let scale = Double(text), scale.isFinite, scale > 0 else {
            throw .refused(Obstacle("the kernel describes its scale as \"\(text)\", which is not understood"))
        }
        return (unit, scale)
    }

    private func unknown(_ term: String, in pmu: PMUDescription) -> PerfEventNameError {
        .unknown(
            "is no event: \(pmu.name) knows no \(term); its events are \(list(pmu.eventNames)), its terms "
                + list(pmu.termNames + ["config", "config1", "config2"]))
    }

    /// The first of the names, so that a message stays readable.
    private func list(_ names: [String]) -> String {
        if names.isEmpty { return "none" }
        return names.prefix(16).joined(separator: ", ") + (names.count > 16 ? ", …" : "")
    }
}
