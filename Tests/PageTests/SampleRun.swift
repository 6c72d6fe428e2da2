import Analysis
import Measurement
import Runs

/// Runs for pages to show.
enum SampleRun {
    static let created = WallInstant(nanosecondsSinceEpoch: 1_715_722_129_000_000_000)
    static let hostile = #"</script><script>alert(1)</script>" onload='x' & <img src=x>"#

    static func queued(_ specification: RunSpecification = RunSpecification(command: .shell("true"))) -> Run {
        Run(id: RunID(createdAt: created), specification: specification, createdAt: created)
    }

    /// It has run for ten seconds.
    static func running(_ specification: RunSpecification = RunSpecification(command: .shell("true"))) -> Run {
        var run = queued(specification)
        run.state = .running
        run.startedAt = ClockAnchor(monotonic: .init(nanoseconds: 0), wall: created)
        return run
    }

    static func finished(
        _ specification: RunSpecification = RunSpecification(command: .shell("true")),
        outcome: Outcome = .exited(code: 0), totals: [SeriesTotal] = [package(100), pageFaults(1234)]
    ) -> Run {
        var run = running(specification)
        run.state = .finished
        run.outcome = outcome
        run.endedAt = .init(nanoseconds: 2_000_000_000)
        var summary = RunSummary()
        summary.totals = totals
        run.summary = summary
        return run
    }

    static func package(_ joules: Double, unavailable reason: String? = nil) -> SeriesTotal {
        SeriesTotal(
            series: Series(
                metric: .consumedEnergy, resource: .cpuPackage(0), consumer: .localMachine,
                attributes: ["domain": "package"]),
            result: reason.map { .unavailable(reason: $0) } ?? .measured(.real(joules)), coverage: nil)
    }

    static func pageFaults(_ count: Int64, coverage: Double = 1, unit: Unit = .count) -> SeriesTotal {
        SeriesTotal(
            series: Series(
                metric: Metric(name: "perf_software_PAGE_FAULTS", unit: unit), resource: .localMachine,
                consumer: .process(Int32.random(in: 1...9999))),
            result: .measured(.integer(count)), coverage: coverage)
    }
}
