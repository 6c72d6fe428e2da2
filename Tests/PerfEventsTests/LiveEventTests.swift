import Glibc
import LinuxSystem
import Measurement
import Testing

@testable import PerfEvents
@testable import Runs

private let countsTSC = PerfEventBackend().availability(ofName: "msr/tsc/") == .available
private let countsTracepoints = PerfEventBackend().availability(ofName: "sched:sched_switch") == .available

@Suite struct LiveEventTests {
    @Test(.enabled(if: PerfEventBackend().isAvailable, "perf_event_open is refused here"))
    func `pread fails on a counter, which is why groups are read with read`() throws {
        let counter = try PerfEventCatalog.taskClock.openForNextChild(group: -1, userModeOnly: false)
        var words = [Int64](repeating: -1, count: 4)
        #expect(pread(counter.rawValue, &words, 32, 0) == -1 && errno == ESPIPE)
        #expect(read(counter.rawValue, &words, 32) == 32)
        #expect(words[0] == 1)
    }

    @Test(.enabled(if: PerfEventBackend().isAvailable, "perf_event_open is refused here"))
    func `of each kind that the kernel patches its code for one that was tried is kept`() throws {
        let trial = PerfEventTrial()
        for name in ["PAGE_FAULTS", "PAGE_FAULTS", "PAGE_FAULTS_MIN", "TASK_CLOCK"] {
            try trial.open(#require(PerfEventCatalog.event(named: name)))
        }
        #expect(trial.keptCount == 2)
    }

    private func values(_ workload: [String], _ events: [String]) throws -> [String: Int64] {
        let launch = try MeasuredLaunch.of(workload, events: events)
        #expect(launch.status == .ok)
        return Dictionary(
            uniqueKeysWithValues: launch.layout.series.map { ($0.series.metric.name, launch.row[$0.column]) })
    }

    @Test(.enabled(if: countsTSC, "there is no msr PMU, or no right to it"))
    func `the time stamp counter of the msr PMU follows the program, not the machine`() throws {
        let spinning = try values(["spin", "30"], ["msr/tsc/"])
        let sleeping = try values(["switches", "30"], ["msr/tsc/"])
        let tsc = try #require(spinning["perf_pmu_msr_tsc"])
        let clock = try #require(spinning["perf_software_TASK_CLOCK"])
        // Between 0.5 and 10 GHz, with the CPU time as its time: a sleeping program has next to none.
        #expect((0.5...10).contains(Double(tsc) / Double(clock)))
        let idle = try #require(sleeping["perf_pmu_msr_tsc"])
        let idleClock = try #require(sleeping["perf_software_TASK_CLOCK"])
        #expect((0.5...10).contains(Double(idle) / Double(idleClock)))
    }

    @Test(.enabled(if: countsTracepoints, "tracefs cannot be read, or tracepoints not be counted"))
    func `tracepoints are passed as often as they should be`() throws {
        let values = try values(
            ["switches", "100"],
            ["sched:sched_switch", "cs", "syscalls:sys_enter_clock_nanosleep", "sched:sched_stat_runtime"])
        #expect(values["perf_tracepoint_syscalls_sys_enter_clock_nanosleep"] == 100)
        #expect(values["perf_tracepoint_sched_sched_switch"] == values["perf_software_CONTEXT_SWITCHES"])
        #expect(try #require(values["perf_tracepoint_sched_sched_stat_runtime"]) > 0)
    }

    @Test func `every event is listed once, under a metric of its family, with a reason where it cannot be counted`() {
        let backend = PerfEventBackend()
        let first = backend.capabilities
        #expect(backend.capabilities == first)
        #expect(first.events.count >= 62)
        #expect(Set(first.events.map(\.name)).count == first.events.count)
        #expect(first.families.map(\.family) == EventFamily.allCases)
        for event in first.events {
            if case .unavailable(let obstacle) = event.availability { #expect(!obstacle.reason.isEmpty) }
            #expect(!event.summary.isEmpty)
            if let metric = event.metric { #expect(metric.name.hasPrefix(event.family.metricPrefix)) }
        }
    }
}
