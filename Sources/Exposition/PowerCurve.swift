import Analysis
import Measurement

/// One series as it is drawn.
struct PowerCurve: Sendable {
    let name: String
    let points: [SeriesPoint?]
    /// Over the time that was measured.
    let mean: Double
    let minimum: Double
    let maximum: Double
    /// Mean × the time that was measured: joules, or seconds of CPU time.
    let total: Double

    /// Nil where nothing was measured.
    init?(_ series: ReducedSeries, times: [Double], namesPackage: Bool) {
        let lengths = zip(times, times.dropFirst()).map { $1 - $0 }
        let measured = zip(series.points, lengths).compactMap { point, length in point.map { ($0, length) } }
        let seconds = measured.reduce(0) { $0 + $1.1 }
        guard seconds > 0 else { return nil }
        total = measured.reduce(0) { $0 + $1.0.mean * $1.1 }
        mean = total / seconds
        minimum = measured.map(\.0.minimum).min() ?? 0
        maximum = measured.map(\.0.maximum).max() ?? 0
        points = series.points
        name = Self.name(of: series.series, namesPackage: namesPackage)
    }

    private static func name(of series: Series, namesPackage: Bool) -> String {
        let id = namesPackage && series.resource.id != "" ? " \(series.resource.id)" : ""
        if series.metric == .cpuBusyTime { return "machine\(id)" }
        switch series.attributes["domain"] {
        case "pp0": return "cores\(id)"
        case "pp1": return "uncore\(id)"
        case "dram": return "DRAM\(id)"
        case let domain?: return domain + id
        case nil: return "run"
        }
    }

    /// `package: 175 J, 50.0 W on average, between 12.0 W and 61.3 W.`
    func sentence(_ unit: RateUnit) -> String {
        let total = "\(DecimalText.rough(total)) \(unit == .power ? "J" : "s of CPU time")"
        let rates = [mean, minimum, maximum].map { "\(DecimalText.rough($0)) \(unit.symbol)" }
        return "\(name): \(total), \(rates[0]) on average, between \(rates[1]) and \(rates[2])."
    }
}
