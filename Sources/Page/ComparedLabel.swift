import Analysis
import Measurement

/// What a compared quantity is called.
enum ComparedLabel {
    static func html(_ name: ComparedName) -> HTML {
        let domain = name.attributes["domain"] ?? ""
        switch name.metric {
        case Metric.consumedEnergy.name:
            return "energy of \(SeriesName.domain(domain, on: name.resource)) <small>machine</small>"
        case Metric.attributedEnergy.name:
            let part = EnergyPart(rawValue: name.attributes["part"] ?? "")
            return "\(SeriesName.domain(domain, on: name.resource)), \(words(part)) <small>attributed</small>"
        default:
            let series = Series(
                metric: Metric(name: name.metric, unit: name.metric.hasPrefix("cpu_") ? .nanoseconds : .count),
                resource: name.resource, consumer: .localMachine,
                attributes: name.attributes)
            return
                "\(SeriesName.event(series)) <small>\(name.isOfRun ? "run" : SeriesName.place(name.resource))</small>"
        }
    }

    private static func words(_ part: EnergyPart?) -> String {
        switch part {
        case .dynamic: "the run’s part"
        case .idle: "idle"
        case .other: "others’"
        case .upperBound: "the run’s at most"
        case nil: "part"
        }
    }
}
