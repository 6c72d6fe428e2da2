import Foundation
import TestSupport
import Testing

/// What a run is said to have used, beside what it was made to use, and the sources beside each other.
@Suite(.serialized) struct AccountTests {
    private let directory: TemporaryDirectory
    private let server: RunningServer

    init() throws {
        directory = try TemporaryDirectory()
        server = try RunningServer(in: directory)
    }

    private func usage(_ workload: String...) throws -> (usage: [String: Any], run: [String: Any], stolen: Double) {
        let stolen = LiveMachine.stolenSeconds
        let command = [Tool.built("workload")] + workload
        let body = try JSONSerialization.data(withJSONObject: ["command": command])
        let run = try server.finished(String(decoding: body, as: UTF8.self))
        return (run["resource_usage"] as? [String: Any] ?? [:], run, LiveMachine.stolenSeconds - stolen)
    }

    private func taskClock(_ run: [String: Any]) -> Double {
        let totals = run["totals"] as? [[String: Any]] ?? []
        let total = totals.first { $0["metric"] as? String == "perf_software_TASK_CLOCK" }
        return (total?["value"] as? Double ?? -1) / 1e9
    }

    private func sources(_ usage: [String: Any]) -> [String: String] {
        usage["sources"] as? [String: String] ?? [:]
    }

    /// 20 ms, a tenth, and nothing for the fault that each page costs, of which there are few.
    ///
    /// - Parameter stolen: what the host of a virtual machine gave to others meanwhile: the clock of a task goes on then.
    private func agree(_ cpu: Double, _ clock: Double, stolen: Double = 0) -> Bool {
        let tolerance = 0.02 + max(cpu, clock) / 10
        return (cpu - tolerance...cpu + tolerance + stolen).contains(clock)
    }

    @Test func `threads, children and grandchildren are on the account, and on the task clock`() throws {
        let (usage, run, stolen) = try usage("tree", "100")
        let cpu = usage["cpu_seconds"] as? Double ?? -1
        #expect(cpu >= 0.4 && agree(cpu, 0.4), "\(cpu)")
        #expect(agree(cpu, taskClock(run), stolen: stolen), "\(cpu) on the account, \(taskClock(run)) on the clock")
        let parts = (usage["user_seconds"] as? Double ?? 0) + (usage["system_seconds"] as? Double ?? 0)
        #expect(abs(parts - cpu) < 0.001)
        #expect(run["warnings"] as? [String] != nil)
        #expect((run["warnings"] as? [String])?.contains { $0.contains("missed a part") } == false)
    }

    @Test func `what nobody waited for is on the account of a cgroup, and of no wait4`() throws {
        let (usage, run, stolen) = try usage("orphan", "200")
        let cpu = usage["cpu_seconds"] as? Double ?? -1
        #expect(agree(0.2, taskClock(run), stolen: stolen))
        switch sources(usage)["cpu_seconds"] {
        case "cpu.stat": #expect(cpu >= 0.19 && agree(cpu, 0.2), "\(cpu)")
        case "wait4": #expect(cpu < 0.1, "\(cpu)")
        case let other: Issue.record("from \(other ?? "nowhere")")
        }
    }

    @Test func `a thousand children are charged for, and raise no false alarm`() throws {
        let (usage, run, stolen) = try usage("children", "1000")
        #expect((run["warnings"] as? [String])?.contains { $0.contains("missed a part") } == false)
        // Of each process the account of the waiting loses what is less than a microsecond, in either mode.
        let cpu = usage["cpu_seconds"] as? Double ?? 0
        #expect(taskClock(run) > 0 && taskClock(run) <= cpu + 0.005 + stolen, "\(taskClock(run)) of \(cpu)")
    }

    @Test func `peak memory is that of the command, or none with a reason, and never ours`() throws {
        let large = try usage("memory", "200").usage
        let peak = large["peak_memory_bytes"] as? Int ?? -1
        #expect(peak >= 200 << 20 && peak < 260 << 20, "\(peak)")
        let small = try usage("memory", "1").usage
        switch sources(small)["peak_memory_bytes"] {
        case "memory.peak": #expect(small["peak_memory_bytes"] as? Int ?? .max < 16 << 20)
        case nil:
            #expect(small["peak_memory_bytes"] == nil)
            #expect((small["unavailable"] as? [String: String])?["peak_memory_bytes"]?.contains("below") == true)
        case let other: Issue.record("a small peak from \(other ?? "")")
        }
    }

    @Test func `a program that lets the kernel fault its pages in raises no false alarm`() throws {
        let (usage, run, _) = try usage("populate", "256")
        #expect(usage["minor_page_faults"] as? Int ?? 0 > 256 * 256)
        #expect((run["warnings"] as? [String])?.contains { $0.contains("missed a part") } == false)
        #expect(taskClock(run) > 0)
    }

    @Test func `exec tells the same, with its source`() throws {
        let tool = try Tool.run(
            Tool.built("ergometer"),
            ["exec", "--output", "/dev/null", Tool.built("workload"), "memory", "200"])
        let line = tool.errors.split(separator: "\n").first { $0.contains("peak memory") }
        #expect(line?.hasSuffix("#  wait4") == true, "\(tool.errors)")
        let small = try Tool.run(Tool.built("ergometer"), ["exec", "--output", "/dev/null", "true"])
        #expect(small.errors.contains("not measured: peak memory: it is below"))
    }
}
