import Analysis
import HTTPServer
import Measurement
import Runs
import Testing

@testable import API

@Suite struct RunMetricsTests {
    private let api: TestAPI

    init() throws {
        api = try TestAPI()
    }

    private func total(
        _ name: String, _ unit: Measurement.Unit = .count, _ result: SeriesTotal.Result,
        on resource: Resource = .localMachine, attributes: [String: String] = [:], coverage: Double? = nil
    ) -> SeriesTotal {
        SeriesTotal(
            series: Series(
                metric: Metric(name: name, unit: unit), resource: resource, consumer: .process(7),
                attributes: attributes),
            result: result, coverage: coverage)
    }

    private func page(_ totals: [SeriesTotal]) throws -> String {
        var run = try api.store(RunSpecification(command: .arguments(["true"])))
        run.state = .finished
        run.outcome = .exited(code: 0)
        run.startedAt = ClockAnchor(
            monotonic: MonotonicInstant(nanoseconds: 1), wall: WallInstant(nanosecondsSinceEpoch: 1))
        run.endedAt = MonotonicInstant(nanoseconds: 1_500_000_001)
        var summary = RunSummary()
        summary.totals = totals
        run.summary = summary
        try api.database.commit([.save(run)])
        let request = HTTPRequest(
            method: .get, path: "/runs/\(run.id)/metrics", pathParameters: ["id": run.id.description])
        guard case .now(let response) = try api.reply(.get, "/runs/{id}/metrics", request),
            case .bytes(let bytes) = response.body
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `totals come in base units, with their places and without the pid`() throws {
        let text = try page([
            total("perf_software_PAGE_FAULTS", .count, .measured(.integer(75)), coverage: 0.5),
            total("perf_software_TASK_CLOCK", .nanoseconds, .measured(.integer(1_500_000))),
            total(
                "rapl_consumed_energy", .joules, .measured(.real(2.5)), on: .cpuPackage(1),
                attributes: ["domain": "package"]),
            total("perf_hardware_INSTRUCTIONS", .count, .unavailable(reason: "no \"PMU\"")),
        ])
        let lines = text.split(separator: "\n")
        let place = #"resource="local_machine",consumer="process""#
        for line in [
            "ergometer_run_perf_software_page_faults_total{\(place)} 75",
            "ergometer_run_perf_software_task_clock_seconds_total{\(place)} 0.0015",
            #"ergometer_run_rapl_consumed_energy_joules_total{domain="package",package="1",resource="cpu_package","#
                + #"consumer="process"} 2.5"#,
            #"ergometer_run_coverage_ratio{metric="perf_software_PAGE_FAULTS",\#(place)} 0.5"#,
            #"ergometer_run_unavailable{metric="perf_hardware_INSTRUCTIONS",\#(place),reason="no \"PMU\""} 1"#,
            #"ergometer_run_state{state="finished"} 1"#, #"ergometer_run_outcome{outcome="exited"} 1"#,
            "ergometer_run_elapsed_seconds 1.5",
        ] { #expect(lines.contains(Substring(line)), "\(line) in \(text)") }
        #expect(!text.contains("instructions_total"), "what is not known is not 0")
    }

    @Test func `events that Prometheus cannot tell apart share a family and keep their names`() throws {
        let text = try page([
            total("perf_pmu_a/b/", .count, .measured(.integer(1))),
            total("perf_pmu_a_b_", .count, .measured(.integer(2))),
        ])
        #expect(text.split(separator: "\n").count { $0 == "# TYPE ergometer_run_perf_pmu_a_b__total counter" } == 1)
        #expect(text.contains(#"_total{metric="perf_pmu_a/b/","#) && text.contains(#"_total{metric="perf_pmu_a_b_","#))
    }
}
