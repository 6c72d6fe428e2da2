import ArgumentParser
import Execution
import Measurement
import PerfEvents

/// `ergometer reference`: prints the reference of all metrics, as it stands in docs/measurement.md.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Print the reference of all metrics, in Markdown.", shouldDisplay: false)

    func run() {
        let lines = MetricDescription.all.flatMap(Self.section) + ["### Events with fixed names", ""] + Self.events
        StandardStream.output.write(lines.joined(separator: "\n") + "\n")
    }

    private static func section(_ metric: MetricDescription) -> [String] {
        let names = metric.units.map { unit in
            "`\(unit == .count ? metric.pattern : "\(metric.pattern)_\(unit.symbol)")`"
        }
        return [
            "### `\(metric.pattern)`", "", metric.meaning, "", "| | |", "|---|---|",
            "| in exports | \(names.joined(separator: ", ")) |",
            "| unit | \(metric.units.map(\.word).joined(separator: ", ")) |",
            "| kind | counter; rows are changes, which add up to the total |",
            "| source | \(metric.source) |", "| resolution | \(metric.resolution) |",
            "| uncertainty | \(metric.uncertainty) |", "| when it lies | \(metric.lies) |", "",
        ]
    }

    private static var events: [String] {
        ["| event | metric | what it counts |", "|---|---|---|"]
            + PerfEventCatalog.all.map { "| `\($0.name)` | `\($0.metric.nameWithUnit)` | \(PerfEventSummary.of($0)) |" }
    }
}

extension Unit {
    fileprivate var word: String {
        switch self {
        case .count: "none: a number of things"
        case .joules: "J"
        case .nanoseconds: "ns"
        }
    }
}
