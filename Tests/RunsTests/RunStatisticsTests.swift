import Analysis
import Measurement
import Testing

@testable import Runs

@Suite struct RunStatisticsTests {
    private func total(_ name: String, _ value: Value?, consumer: Consumer = .process(1)) -> SeriesTotal {
        SeriesTotal(
            series: Series(metric: Metric(name: name, unit: .count), resource: .localMachine, consumer: consumer),
            result: value.map { .measured($0) } ?? .unavailable(reason: ""), coverage: nil)
    }

    private func run(_ totals: [SeriesTotal], outcome: Outcome = .exited(code: 0)) -> Run {
        let now = WallInstant(nanosecondsSinceEpoch: 0)
        var run = Run(id: RunID(createdAt: now), specification: RunSpecification(command: .shell("x")), createdAt: now)
        run.outcome = outcome
        run.startedAt = ClockAnchor(monotonic: MonotonicInstant(nanoseconds: 0), wall: now)
        run.endedAt = MonotonicInstant(nanoseconds: 2_000_000_000)
        run.summary = RunSummary()
        run.summary?.totals = totals
        run.summary?.resourceUsage = ResourceUsage(
            userTime: .seconds(1), systemTime: .seconds(2), minorPageFaults: 0, majorPageFaults: 0,
            voluntaryContextSwitches: 0, involuntaryContextSwitches: 0, blocksRead: 0, blocksWritten: 0)
        return run
    }

    @Test("runs are added up by outcome, duration, CPU time and series, whoever the consumer was")
    func sums() {
        var statistics = RunStatistics()
        statistics.add(run([total("a", .integer(2)), total("e", .real(0.5), consumer: .localMachine)]))
        statistics.add(run([total("a", .integer(3), consumer: .process(2)), total("b", nil)], outcome: .timedOut))
        #expect(statistics.finished == ["exited": 1, "timed_out": 1])
        #expect(statistics.durations.snapshot.count == 2)
        #expect(statistics.durations.snapshot.sum == 4)
        #expect(statistics.userSeconds == 2 && statistics.systemSeconds == 4)
        #expect(statistics.processTotals.map { ($0.key.metric.name, $0.value) }.map { "\($0) \($1)" } == ["a 5.0"])
        #expect(statistics.machineTotals.values.sorted() == [0.5])
    }

    @Test("a counter that stepped back takes nothing away")
    func onlyRises() {
        var statistics = RunStatistics()
        statistics.add(run([total("a", .integer(5))]))
        statistics.add(run([total("a", .integer(-3)), total("b", .real(.nan))]))
        #expect(statistics.processTotals.values.filter { $0 != 0 } == [5])
    }

    @Test("a run that never came to be counts as finished and as nothing else")
    func launchFailed() {
        var statistics = RunStatistics()
        let now = WallInstant(nanosecondsSinceEpoch: 0)
        var run = Run(id: RunID(createdAt: now), specification: RunSpecification(command: .shell("x")), createdAt: now)
        run.outcome = .launchFailed(errno: 2, message: "")
        statistics.add(run)
        #expect(statistics.finished == ["launch_failed": 1])
        #expect(statistics.durations.snapshot.count == 0)
    }

    @Test("however many different events clients count, there is an end to the series; the rest is added up")
    func bounded() {
        var statistics = RunStatistics()
        for event in 0..<1000 { statistics.add(run([total("perf_raw_r\(event)", .integer(1))])) }
        statistics.add(run([total("perf_raw_r0", .integer(1)), total("perf_raw_r999", .integer(1))]))
        #expect(statistics.processTotals.count == RunStatistics.maximumKeys + 1)
        #expect(statistics.processTotals.values.reduce(0, +) == 1002)
        let other = statistics.processTotals.first { $0.key.metric.name == "other" }
        #expect(other?.value == Double(1000 - RunStatistics.maximumKeys + 1))
        #expect(statistics.processTotals.first { $0.key.metric.name == "perf_raw_r0" }?.value == 2)
    }
}
