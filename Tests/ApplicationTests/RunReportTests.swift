import Analysis
import Measurement
import Runs
import Testing

@testable import Execution

/// What the summary of `exec` says of counters that shared the hardware.
@Suite struct RunReportTests {
    private func text(_ totals: [SeriesTotal]) -> String {
        let created = WallInstant(nanosecondsSinceEpoch: 1_715_722_129_000_000_000)
        var run = Run(
            id: RunID(createdAt: created), specification: RunSpecification(command: .arguments(["true"])),
            createdAt: created)
        run.outcome = .exited(code: 0)
        var summary = RunSummary()
        summary.totals = totals
        run.summary = summary
        return RunReport(run, output: "-").text
    }

    private func total(_ name: String, _ result: SeriesTotal.Result, _ coverage: Double, pmu: String? = nil)
        -> SeriesTotal
    {
        SeriesTotal(
            series: Series(
                metric: Metric(name: "perf_hardware_\(name)", unit: .count), resource: .localMachine,
                consumer: .process(7), attributes: pmu.map { ["pmu": $0] } ?? [:]),
            result: result, coverage: coverage)
    }

    private func line(_ label: String, in text: String) -> Substring {
        text.split(separator: "\n").first { $0.contains(label) } ?? ""
    }

    @Test func `a total that was scaled says for how long its counter ran`() {
        let text = text([
            total("CPU_CYCLES", .measured(.integer(40)), 0.75), total("INSTRUCTIONS", .measured(.integer(9)), 1),
        ])
        #expect(line("cpu-cycles", in: text).contains("40  cpu-cycles"))
        #expect(line("cpu-cycles", in: text).contains("(ran 75.0 % of the time, scaled)"))
        #expect(!line("instructions", in: text).contains("scaled"))
    }

    @Test func `what never got on the hardware is no number`() {
        let text = text([total("CPU_CYCLES", .unavailable(reason: "it never got a hardware counter"), 0)])
        #expect(text.contains("not measured: cpu-cycles: it never got a hardware counter"))
        #expect(!text.contains(" 0  cpu-cycles"))
    }

    @Test func `types of cores are told apart`() {
        let text = text([
            total("CPU_CYCLES", .measured(.integer(1)), 1, pmu: "cpu_atom"),
            total("CPU_CYCLES", .measured(.integer(2)), 1, pmu: "cpu_core"),
        ])
        #expect(text.contains("1  cpu-cycles (cpu_atom)"))
        #expect(text.contains("2  cpu-cycles (cpu_core)"))
    }
}
