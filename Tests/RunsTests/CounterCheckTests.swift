import Analysis
import Measurement
import Testing

@testable import Runs

@Suite struct CounterCheckTests {
    /// - Parameters:
    ///   - counted: milliseconds of the task clock.
    ///   - seen: page faults of the counter.
    ///   - charged: milliseconds of CPU time.
    private func warning(counted: Int64, seen: Int64?, charged: Int, faults: Int, cgroup: Int? = nil) -> String? {
        var usage = ResourceUsage(
            userTime: .milliseconds(charged), systemTime: .zero, minorPageFaults: faults, majorPageFaults: 0,
            voluntaryContextSwitches: 0, involuntaryContextSwitches: 0, blocksRead: 0, blocksWritten: 0)
        usage.cgroup = cgroup.map {
            CgroupUsage(cpuTime: .milliseconds($0), userTime: .milliseconds($0), systemTime: .zero)
        }
        let totals = [total("TASK_CLOCK", .nanoseconds, counted * 1_000_000)]
        return CounterCheck.warning(totals + (seen.map { [total("PAGE_FAULTS", .count, $0)] } ?? []), usage)
    }

    private func total(_ name: String, _ unit: Unit, _ value: Int64) -> SeriesTotal {
        SeriesTotal(
            series: Series(
                metric: Metric(name: "perf_software_\(name)", unit: unit), resource: .localMachine,
                consumer: .process(1)),
            result: .measured(.integer(value)), coverage: 1)
    }

    @Test func `what a cgroup counted, and the energy that follows from it, is not withdrawn`() throws {
        let energy = { (package: Int) in
            SeriesColumn(
                series: Series(
                    metric: Metric(name: "rapl_consumed_energy", unit: .joules), resource: .cpuPackage(package),
                    consumer: .localMachine, attributes: ["domain": "package"]),
                column: package)
        }
        let clock = total("TASK_CLOCK", .nanoseconds, 5)
        let time = Series(metric: .cpuTime, resource: .cpuPackage(0), consumer: .process(1))
        let attributions = [(0, 3), (1, 2)].map { package, used in
            AttributionColumns(
                energy: energy(package), busy: [], busyLag: .zero, used: used, consumer: .process(1), idle: nil)
        }
        let layout = SourceLayout(
            columnCount: 4,
            series: [
                energy(0), energy(1), SeriesColumn(series: clock.series, column: 2),
                SeriesColumn(series: time, column: 3),
            ], attributions: attributions)
        let parts = attributions.map { $0.series(of: .upperBound) }
        let totals =
            [clock]
            + ([time] + parts).map {
                SeriesTotal(series: $0, result: .measured(.real(1)), coverage: nil)
            }
        let left = CounterCheck.withdrawn(totals, of: layout).filter {
            if case .measured = $0.result { true } else { false }
        }
        #expect(left.map(\.series) == [time, parts[0]])
    }

    @Test func `what is always charged beside the counters is no fault`() {
        #expect(warning(counted: 500, seen: 200, charged: 505, faults: 250) == nil)
        #expect(warning(counted: 1, seen: 50, charged: 20, faults: 90) == nil)
        // A gigabyte of small pages, and a thousand subshells, as they were measured.
        #expect(warning(counted: 1539, seen: 262_342, charged: 1573, faults: 262_400) == nil)
        #expect(warning(counted: 192, seen: 67_349, charged: 237, faults: 80_000) == nil)
        // A thousand processes that end at once.
        #expect(warning(counted: 145, seen: 19_217, charged: 231, faults: 19_219) == nil)
    }

    @Test func `faults of the kernel's own are no sign`() {
        // mmap of half a gigabyte with MAP_POPULATE.
        #expect(warning(counted: 245, seen: 2_000, charged: 247, faults: 140_456) == nil)
    }

    @Test func `a counter that saw nothing at all was stopped`() {
        #expect(warning(counted: 0, seen: 0, charged: 1, faults: 60) != nil)
        #expect(warning(counted: 0, seen: nil, charged: 200, faults: 60) != nil)
    }

    @Test func `a third of a run that was missed is noticed`() {
        #expect(warning(counted: 700, seen: 5_000, charged: 1000, faults: 5_100) != nil)
    }

    @Test func `so is what nobody waited for, where there is a cgroup`() {
        #expect(warning(counted: 100, seen: 500, charged: 100, faults: 550) == nil)
        #expect(warning(counted: 100, seen: 500, charged: 100, faults: 550, cgroup: 300) != nil)
    }
}
