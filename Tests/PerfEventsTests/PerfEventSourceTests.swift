import CTestSupport
import Glibc
import Measurement
import SystemPackage
import TestSupport
import Testing

@testable import PerfEvents
@testable import Runs

private let canCount = PerfEventBackend().isAvailable
private let countsTheKernel = PerfEventBackend().availability(of: PerfEvent(parsing: "cs")!) == .available
private let hasTwoCPUs = sysconf(Int32(_SC_NPROCESSORS_ONLN)) >= 2
private let paranoidLevel = PerfEnvironment().paranoidLevel

@Suite(.enabled(if: canCount, "perf_event_open is refused here"))
struct PerfEventSourceTests {
    private static let pages: Int64 = 4000
    /// Loading and ending a program takes some faults more or less each time.
    private static let tolerance: Int64 = 64

    @Test(
        "fresh pages are counted exactly, wherever in the process tree they are touched",
        .enabled(if: counts_allocations(), "the pages of a sanitizer are counted too"),
        arguments: ["main", "thread", "child", "grandchild", "exec"])
    func pageFaults(place: String) throws {
        let base = try #require(try MeasuredLaunch.of(["pages", "0", place], events: ["faults"])["PAGE_FAULTS"])
        let launch = try MeasuredLaunch.of(["pages", String(Self.pages), place], events: ["faults"])
        let total = try #require(launch["PAGE_FAULTS"])
        #expect(launch.outcome == .exited(code: 0))
        #expect(launch.status == .ok)
        #expect((1...800).contains(base), "loading the program costs a few hundred faults")
        #expect(abs(total - base - Self.pages) <= Self.tolerance, "\(total) faults, \(base) without the pages")
    }

    @Test("nothing counts before the command is executed, and nothing that the launching thread does")
    func onlyTheCommand() throws {
        let quiet = try MeasuredLaunch.of(["pages", "0"], events: ["faults"])
        let busy = try MeasuredLaunch.of(["pages", "0"], events: ["faults"], ownWork: { touchPages(20_000) })
        for launch in [quiet, busy] {
            for column in launch.layout.series {
                let coverage = try #require(column.coverage)
                #expect(launch.rowBefore[column.column] == 0)
                #expect(launch.rowBefore[coverage.enabled] == 0)
                #expect(launch.rowBefore[coverage.running] == 0)
                #expect(launch.row[coverage.enabled] > 0)
                #expect(launch.row[coverage.enabled] == launch.row[coverage.running])
            }
        }
        #expect(abs(busy["PAGE_FAULTS"]! - quiet["PAGE_FAULTS"]!) <= Self.tolerance)
    }

    @Test("context switches are counted", .enabled(if: countsTheKernel, "the kernel's own events need CAP_PERFMON"))
    func switches() throws {
        let total = try MeasuredLaunch.of(["switches", "200"], events: ["cs"])["CONTEXT_SWITCHES"]
        // A sleep that is over before it has begun switches nothing.
        #expect(try #require(total) >= 180)
    }

    @Test(
        "migrations between CPUs are counted",
        .enabled(if: countsTheKernel && hasTwoCPUs, "needs CAP_PERFMON and two CPUs"))
    func migrations() throws {
        let total = try MeasuredLaunch.of(["migrations", "50"], events: ["migrations"])["CPU_MIGRATIONS"]
        #expect((49...60).contains(try #require(total)))
    }

    @Test("CPU time is counted in nanoseconds, and what is used is in it")
    func taskClock() throws {
        let launch = try MeasuredLaunch.of(["spin", "30"], events: [])
        #expect(try #require(launch["TASK_CLOCK"]) >= 29_000_000)
        #expect(launch.column("TASK_CLOCK")?.series.metric.unit == .nanoseconds)
        #expect(launch.column("TASK_CLOCK")?.series.consumer != .localMachine)
    }

    @Test("a modifier leaves a part out, and both series stand side by side")
    func modifiers() throws {
        let launch = try MeasuredLaunch.of(["pages", "1000"], events: ["faults:u", "faults:k", "faults"])
        let all = try #require(launch["PAGE_FAULTS"])
        let user = try #require(launch["PAGE_FAULTS:u"])
        let kernel = try #require(launch["PAGE_FAULTS:k"])
        #expect(user + kernel == all)
        #expect(user >= 1000)
    }

    @Test("the layout has a column for each event, behind its group's three")
    func layout() throws {
        let launch = try MeasuredLaunch.of(["spin", "0"], events: ["faults", "minor-faults", "major-faults"])
        #expect(launch.layout.columnCount == 3 + 4)
        #expect(launch.layout.series.map(\.column) == [3, 4, 5, 6])
        #expect(launch.layout.series.allSatisfy { $0.coverage == CoverageColumns(enabled: 1, running: 2) })
        #expect(launch.row[0] == 4)
        #expect(launch["PAGE_FAULTS_MIN"]! + launch["PAGE_FAULTS_MAJ"]! == launch["PAGE_FAULTS"]!)
    }

    @Test(
        "without capabilities user mode is counted, and the run says what is missing",
        .enabled(if: paranoidLevel == 2, "kernel.perf_event_paranoid is not 2"))
    func withoutCapabilities() throws {
        let launch = try MeasuredLaunch.of(
            ["pages", String(Self.pages)], events: ["faults"], preparation: { drop_capabilities_of_this_thread() })
        #expect(launch.warnings.count == 1)
        #expect(launch.warnings.first?.hasPrefix("counted in user mode only: PAGE_FAULTS: ") == true)
        #expect(try #require(launch["PAGE_FAULTS"]) >= Self.pages)
        #expect(try #require(launch["TASK_CLOCK"]) > 0)
        #expect(throws: EventSelectionError.self) {
            try MeasuredLaunch.of(["spin", "0"], events: ["cs"], preparation: { drop_capabilities_of_this_thread() })
        }
    }

    @Test(
        "a clock is whole even if the kernel's time must not be counted",
        .enabled(if: paranoidLevel == 2, "kernel.perf_event_paranoid is not 2"))
    func wholeClock() throws {
        let launch = try MeasuredLaunch.of(
            ["pages", "20000"], events: ["cpu-clock"], preparation: { drop_capabilities_of_this_thread() })
        let enabled = try #require(launch.column("TASK_CLOCK")?.coverage).enabled
        // The time that counters are enabled is the task's own time on a CPU, in both modes.
        #expect(try #require(launch["TASK_CLOCK"]) * 10 >= launch.row[enabled] * 9)
        #expect(launch.warnings == [])
    }

    @Test("an event that can no longer be opened names itself and the error")
    func openError() throws {
        let impossible = PerfEvent(
            name: "IMPOSSIBLE", metric: Metric(name: "x", unit: .count), type: 0x7fff_fff0, config: 1)
        let error = #expect(throws: PerfOpenError.self) {
            _ = try PerfEventSource(events: [PerfEventCatalog.taskClock, impossible], userModeOnly: [])
        }
        #expect(error?.error == .noSuchFileOrDirectory)
        #expect(error?.description == "opening the counter IMPOSSIBLE failed: No such file or directory (errno 2)")
    }

    @Test(
        "a machine without hardware counters says so",
        .enabled(if: !PerfEnvironment().hasCPUCounters, "this machine has hardware counters"))
    func noPMU() {
        guard case .unavailable(let obstacle) = PerfEventBackend().availability(of: PerfEvent(parsing: "cycles")!)
        else {
            Issue.record("cycles are counted without a PMU")
            return
        }
        #expect(obstacle.reason == "this machine has no hardware counters")
    }
}
