import Measurement
import TestSupport
import Testing

@testable import PerfEvents

/// `group:name` on a tree that looks like tracefs.
@Suite struct TracepointTests {
    private let directory: TemporaryDirectory
    private let tree: SysfsTree

    init() throws {
        directory = try TemporaryDirectory()
        tree = try SysfsTree(
            """
            file trace/events/enable = 0
            file trace/events/sched/enable = 0
            file trace/events/sched/filter = none
            file trace/events/sched/sched_switch/id = 317
            file trace/events/sched/sched_stat_runtime/id = 311
            file trace/events/sched/sched_stat_wait/id = 312
            file trace/events/iwlwifi_msg/some-event/id = 9
            file trace/events/odd/no_id/enable = 0
            """, in: directory)
        try mounts("70 23 0:12 / /trace rw,relatime - tracefs nodev rw")
    }

    private func mounts(_ text: String) throws {
        try tree.write("1 0 0:1 / / rw - ext4 /dev/root rw\n\(text)\n", to: "proc/self/mountinfo")
    }

    private var tracefs: Tracefs { Tracefs(procRoot: "\(tree.root)/proc", prefix: tree.root) }

    private func parse(_ text: String) throws(PerfEventNameError) -> PerfEvent {
        try TracepointParser(tracefs: tracefs).parse(text)
    }

    private func message(_ text: String) -> String {
        let error = #expect(throws: PerfEventNameError.self, "\(text)") { _ = try parse(text) }
        return error?.message ?? ""
    }

    @Test func `a tracepoint has the number that tracefs gives it`() throws {
        let event = try parse("sched:sched_switch")
        #expect(event.type == 2)
        #expect(event.config == 317)
        #expect(event.metric == Metric(name: "perf_tracepoint_sched_sched_switch", unit: .count))
        #expect(event.isSoftware && event.needsKernel)
        #expect(try parse("iwlwifi_msg:some-event").metric.name == "perf_tracepoint_iwlwifi_msg_some_event")
    }

    @Test func `sched_stat_runtime adds up nanoseconds`() throws {
        #expect(try parse("sched:sched_stat_runtime").metric.unit == .nanoseconds)
    }

    @Test func `the other sched_stat are silent until the kernel is told to keep them`() throws {
        #expect(message("sched:sched_stat_wait").contains("sysctl kernel.sched_schedstats=1"))
        try tree.write("1\n", to: "proc/sys/kernel/sched_schedstats")
        #expect(try parse("sched:sched_stat_wait").metric.unit == .nanoseconds)
    }

    @Test func `a kernel without scheduler statistics says so`() {
        #expect(message("sched:sched_stat_iowait").hasSuffix("built without CONFIG_SCHEDSTATS"))
    }

    @Test(arguments: ["sched:nope", "nope:sched_switch", "..:events", "sched:..", "odd:no_id", "sched:enable"])
    func `what is not there is no tracepoint, and a name is no path`(text: String) {
        #expect(message(text).contains("is no tracepoint of this kernel"))
    }

    @Test func `a modifier would mean nothing`() {
        #expect(message("sched:sched_switch:u").contains("ask for it without a modifier"))
    }

    @Test func `tracefs below debugfs is found where there is no other`() throws {
        try mounts("70 23 0:12 / /debug rw,relatime shared:3 - debugfs debugfs rw")
        try tree.write("5\n", to: "debug/tracing/events/sched/sched_switch/id")
        #expect(tracefs.path == "\(tree.root)/debug/tracing")
        #expect(try parse("sched:sched_switch").config == 5)
    }

    @Test func `a kernel that has it and a mount that lacks it are told apart`() throws {
        try mounts("")
        #expect(tracefs.obstacle?.reason == "this kernel has no tracefs")
        #expect(message("sched:sched_switch").contains("CONFIG_EVENT_TRACING"))
        try tree.write("nodev\tsysfs\nnodev\ttracefs\n", to: "proc/filesystems")
        #expect(tracefs.obstacle?.reason == "tracefs is not mounted")
        #expect(message("sched:sched_switch").contains("mount -t tracefs nodev /sys/kernel/tracing"))
        try mounts("70 23 0:12 / /empty rw - tracefs nodev rw")
        #expect(tracefs.obstacle?.reason.contains("/empty has no events") == true)
    }

    @Test func `the list has the names and none of the files beside them`() {
        #expect(
            tracefs.tracepoints == [
                "iwlwifi_msg:some-event", "odd:no_id", "sched:sched_stat_runtime", "sched:sched_stat_wait",
                "sched:sched_switch",
            ])
    }

    @Test func `tracefs that is mounted later is found`() throws {
        try mounts("")
        let root = tree.root
        let resolver = PerfEventResolver(
            pmus: PMUDirectory(sysfsRoot: root), tracefs: Tracefs(procRoot: "\(root)/proc", prefix: root),
            models: ModelEventNames(path: "/nowhere"))
        #expect(throws: PerfEventNameError.self) { _ = try resolver.resolve("sched:sched_switch") }
        try mounts("70 23 0:12 / /trace rw,relatime - tracefs nodev rw")
        #expect(try resolver.resolve("sched:sched_switch").first?.config == 317)
    }

    @Test func `the catalog comes before tracepoints, and these before the names of processors`() throws {
        let tracefs: @Sendable () -> Tracefs = { [root = tree.root] in Tracefs(procRoot: "\(root)/proc", prefix: root) }
        let resolver = PerfEventResolver(
            pmus: PMUDirectory(sysfsRoot: tree.root), tracefs: tracefs(), models: ModelEventNames(path: "/nowhere"))
        #expect(try resolver.resolve("cycles:u").first?.name == "CPU_CYCLES:u")
        #expect(try resolver.resolve("sched:sched_switch").first?.config == 317)
        #expect(throws: PerfEventNameError.unknown("is no tracepoint of this kernel")) {
            _ = try resolver.resolve("sched:sched_stick")
        }
    }
}
