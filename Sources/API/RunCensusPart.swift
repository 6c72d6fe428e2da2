import Exposition
import Runs

/// The finished runs of one name, or all of them where names are not told apart.
struct RunCensusPart {
    let name: String?
    let statistics: RunStatistics

    func labels(_ pairs: [(name: String, value: String)]) -> PrometheusText.Labels {
        PrometheusText.Labels(name.map { pairs + [(name: "name", value: $0)] } ?? pairs)
    }
}

extension RunCensus {
    /// What adds up to all finished runs, in order of their names.
    var parts: [RunCensusPart] {
        guard !statisticsByName.isEmpty else { return [RunCensusPart(name: nil, statistics: statistics)] }
        return statisticsByName.sorted { $0.key < $1.key }.map { name, statistics in
            RunCensusPart(name: name.isEmpty ? nil : name, statistics: statistics)
        }
    }
}
