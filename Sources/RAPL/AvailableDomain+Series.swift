import Measurement

extension AvailableDomain {
    /// The metric of all domains.
    static let metric = Metric.consumedEnergy

    /// The series of the domain and how its raw numbers become joules.
    func seriesColumn(at column: Int) -> SeriesColumn {
        SeriesColumn(
            series: series, column: column, multiplier: multiplier, divisor: divisor, provesItselfByMoving: true)
    }

    private var series: Series {
        var attributes = ["domain": domain.rawValue]
        if let die { attributes["die"] = String(die) }
        return Series(metric: Self.metric, resource: resource, consumer: .localMachine, attributes: attributes)
    }

    private var resource: Resource {
        guard let package, domain != .platform else { return .localMachine }
        return domain == .dram ? .dram(package) : .cpuPackage(package)
    }

    private var multiplier: Double {
        switch counter {
        case .zone: 1
        case .event(_, _, _, let scale), .cores(_, _, _, let scale): scale * PowerPMUCounter.countsPerUnit
        }
    }

    private var divisor: Double {
        if case .zone = counter { 1e6 } else { 1 }
    }
}
