import Foundation
import Measurement
import TestSupport
import Testing

/// The metrics that are told, the table of all metrics, and the page that is made of it.
@Suite struct ReferenceTests {
    @Test func `the page has the reference as the program prints it`() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/measurement.md").standardized
        let page = try String(contentsOf: path, encoding: .utf8)
        let begin = try #require(page.range(of: "<!-- begin reference -->\n"))
        let end = try #require(page.range(of: "<!-- end reference -->"))
        let printed = try Tool.run(Tool.built("ergometer"), ["reference"]).output
        #expect(!printed.isEmpty)
        #expect(
            page[begin.upperBound..<end.lowerBound] == printed,
            "put the output of `ergometer reference` between the marks of docs/measurement.md")
    }

    @Test func `every metric of a run is described once, with its unit`() throws {
        let machine = try SimulatedMachine([
            SimulatedZone("package-0", watts: 50), SimulatedZone("package-0/dram", watts: 5),
            SimulatedZone("psys", watts: 90),
        ])
        machine.startLive()
        defer { machine.stop() }
        let directory = try TemporaryDirectory()
        let server = try RunningServer(in: directory, options: ["--sysfs-root", machine.root])
        let run = try server.finished(
            #"{"command": "sleep 0.3", "baseline": "100ms", "events": ["PAGE_FAULTS", "page-faults:u", "CPU_CLOCK"]}"#)
        let totals = try #require(run["totals"] as? [[String: Any]])
        let metrics = try totals.map { total in
            let unit = try #require(Unit(rawValue: total["unit"] as? String ?? "?"))
            return Metric(name: try #require(total["metric"] as? String), unit: unit)
        }
        #expect(Set(metrics.map(\.name)).count >= 6)
        for metric in metrics {
            #expect(MetricDescription.all.count { $0.describes(metric) } == 1, "\(metric.nameWithUnit)")
        }
    }
}
