import Measurement

/// What people call a series.
enum SeriesName {
    /// Of an event, as it is asked for: `PAGE_FAULTS:u`; otherwise the metric's own name.
    static func event(_ series: Series) -> String {
        if series.metric == .cpuBusyTime { return "CPU time of all" }
        if series.metric == .cpuTime { return "CPU time" }
        let words = series.metric.name.split(separator: "_", maxSplits: 2)
        let name = words.first == "perf" && words.count == 3 ? String(words[2]) : series.metric.name
        let modifiers = series.attributes["modifiers"].map { ":\($0)" } ?? ""
        return name + modifiers + (series.attributes["pmu"].map { " (\($0))" } ?? "")
    }

    /// A RAPL domain with the part of the machine that it measures: `package 0`.
    static func domain(_ name: String, on resource: Resource) -> String {
        let shown = name.isEmpty ? resource.kind : name
        return resource.id.isEmpty ? shown : "\(shown) \(resource.id)"
    }

    /// What a domain is, for those who have not met its name.
    static func meaning(ofDomain name: String) -> String {
        switch name {
        case "package": "a whole processor"
        case "pp0": "the cores, part of package"
        case "pp1": "graphics, part of package"
        case "dram": "memory"
        case "platform": "the whole machine, all others included"
        default: ""
        }
    }

    /// The machine, or a part of it by its number.
    static func place(_ resource: Resource) -> String {
        switch resource {
        case .localMachine: "machine"
        case .cpuPackage(let number): "package \(number)"
        case .dram(let number): "memory of package \(number)"
        }
    }
}
