import Measurement

extension Series {
    /// What a person calls the series: its metric and what tells it from its neighbours,
    /// as in `rapl_consumed_energy (cpu_package 0, domain=pp0)`.
    package var label: String {
        let place = resource == .localMachine ? [] : ["\(resource.kind) \(resource.id)"]
        let details = place + attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return details.isEmpty ? metric.name : "\(metric.name) (\(details.joined(separator: ", ")))"
    }
}
