import Glibc
import LinuxSystem
import Measurement
import TestSupport
import Testing

@testable import Runs

/// Limits through a cgroup (here: a directory with the same files) and, where there is none, on each process.
@Suite struct LimitEnforcementTests {
    private let directory: TemporaryDirectory
    private let tree: SysfsTree
    private let hierarchy: CgroupHierarchy
    private let cgroup: RunCgroup
    private let all = RunLimits(memory: 64 << 20, processes: 5, cpuSeconds: 2)

    init() throws {
        directory = try TemporaryDirectory()
        tree = try SysfsTree("", in: directory)
        for file in ["cgroup.subtree_control", "own/cgroup.subtree_control", "own/run/cgroup.procs"] {
            try tree.write("", to: file)
        }
        hierarchy = CgroupHierarchy(directory: "\(tree.root)/own")
        cgroup = try RunCgroup(existing: "\(tree.root)/own/run")
    }

    private func text(_ file: String) throws -> String { try PseudoFile.readText("\(tree.root)/own/\(file)") }

    private func giveControllers() throws {
        for file in ["memory.max", "memory.swap.max", "pids.max"] { try tree.write("", to: "own/run/\(file)") }
    }

    private func end(_ outcome: Outcome, cpu: Duration = .zero) -> ProcessEnd {
        let usage = ResourceUsage(
            userTime: cpu, systemTime: .zero, minorPageFaults: 0, majorPageFaults: 0, voluntaryContextSwitches: 0,
            involuntaryContextSwitches: 0, blocksRead: 0, blocksWritten: 0)
        return ProcessEnd(outcome: outcome, usage: usage)
    }

    @Test("a cgroup with the controllers bounds the whole run, and nothing is to be warned of")
    func cgroupLimits() throws {
        try giveControllers()
        let enforcement = LimitEnforcement(all, cgroup: cgroup, in: hierarchy)
        #expect(try text("run/memory.max") == "\(64 << 20)" && text("run/memory.swap.max") == "0")
        #expect(try text("run/pids.max") == "5")
        #expect(try text("cgroup.subtree_control").hasPrefix("+pids"), "an ordinary file keeps the last word only")
        #expect(enforcement.warnings == [])
        #expect(enforcement.processLimits == ProcessLimits(cpuSeconds: 2))
        #expect(enforcement.effects(on: end(.exited(code: 0))) == [])
    }

    @Test("what a cgroup's limits did is read from its events")
    func cgroupEffects() throws {
        try giveControllers()
        let enforcement = LimitEnforcement(all, cgroup: cgroup, in: hierarchy)
        try tree.write("low 0\nhigh 0\nmax 12\noom 1\noom_kill 2\noom_group_kill 0\n", to: "own/run/memory.events")
        try tree.write("max 7\n", to: "own/run/pids.events")
        #expect(
            enforcement.effects(on: nil) == [
                "the limit of 67108864 bytes of memory was reached: the kernel killed 2 processes",
                "the limit of 5 processes was reached: 7 attempts to start another failed",
            ])
    }

    @Test("without controllers each process is bounded, and the run says what that means and why")
    func fallback() throws {
        let enforcement = LimitEnforcement(all, cgroup: cgroup, in: hierarchy, user: 4_294_967_000)
        #expect(
            enforcement.processLimits == ProcessLimits(dataBytes: 64 << 20, userProcesses: 5, cpuSeconds: 2),
            "no thread belongs to that user")
        try #require(enforcement.warnings.count == 2)
        #expect(enforcement.warnings[0].hasPrefix("limits.memory holds for each process on its own"))
        #expect(enforcement.warnings[0].hasSuffix("the run's cgroup refuses it (No such file or directory)"))
        #expect(enforcement.warnings[1].hasPrefix("limits.processes holds for all processes of the user together"))
        let bare = LimitEnforcement(all, cgroup: nil, in: nil)
        #expect(bare.warnings[0].hasSuffix(": there is no writable cgroup v2"))
    }

    @Test("a controller that is not handed down is named with its place")
    func noController() throws {
        try giveControllers()
        #expect(unlink("\(tree.root)/own/cgroup.subtree_control") == 0)
        let enforcement = LimitEnforcement(RunLimits(memory: 1 << 20), cgroup: cgroup, in: hierarchy)
        #expect(enforcement.processLimits.dataBytes == 1 << 20)
        #expect(
            enforcement.warnings.first?.hasSuffix(
                "/own cannot hand on the memory controller of cgroup v2 (No such file or directory)") == true)
    }

    @Test("a limit on processes does not bind root without a cgroup, and the run says so")
    func root() {
        let enforcement = LimitEnforcement(RunLimits(processes: 5), cgroup: nil, in: nil, user: 0)
        #expect(enforcement.processLimits == ProcessLimits())
        #expect(
            enforcement.warnings == [
                "limits.processes is not enforced: there is no writable cgroup v2, and RLIMIT_NPROC does not bind root"
            ])
    }

    @Test("the end of a command says whether the limit on CPU time was reached")
    func cpu() {
        let enforcement = LimitEnforcement(RunLimits(cpuSeconds: 2), cgroup: nil, in: nil)
        let limit = "the limit of 2 s CPU time was reached"
        #expect(enforcement.effects(on: end(.signaled(signal: SIGXCPU))) == [limit])
        #expect(
            enforcement.effects(on: end(.signaled(signal: SIGKILL), cpu: .seconds(3)))
                == ["\(limit), and a second later the command was killed"])
        #expect(enforcement.effects(on: end(.exited(code: 152))) == ["\(limit) by a descendant, as the exit code says"])
        for other in [end(.signaled(signal: SIGKILL)), end(.exited(code: 0), cpu: .seconds(1))] {
            #expect(enforcement.effects(on: other) == [])
        }
        let unlimited = LimitEnforcement(RunLimits(), cgroup: nil, in: nil)
        #expect(unlimited.effects(on: end(.signaled(signal: SIGXCPU))) == [])
    }

    @Test("threads are counted by the real user of their process")
    func threads() throws {
        try tree.write("Name:\ta\nUid:\t7\t0\t0\t0\nThreads:\t3\n", to: "100/status")
        try tree.write("Name:\tUid:\nUid:\t8\t7\t7\t7\nThreads:\t5\n", to: "101/status")
        try tree.write("Uid:\t7\t7\t7\t7\nThreads:\t4\n", to: "102/status")
        try tree.write("Uid:\t7\t7\t7\t7\nThreads:\t9\n", to: "self/status")
        #expect(UserThreads.count(of: 7, procRoot: tree.root) == 7)
        #expect(UserThreads.count(of: 9, procRoot: tree.root) == 0)
    }

    @Test("limits reach the command, and are never raised")
    func processLimits() throws {
        let fixture = try LaunchFixture()
        func limits(_ limits: ProcessLimits) throws -> [String] {
            let launcher = CommandLauncher(policy: fixture.policy)
            let specification = RunSpecification(
                command: .arguments(["/bin/cp", "/proc/self/limits", fixture.output]))
            _ = try launcher.launch(
                specification, cgroup: nil, streams: launcher.makeStreams(for: specification), limits: limits
            ).reap()
            return try fixture.text(of: fixture.output).split(separator: "\n").map {
                $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
        }
        let bounded = try limits(ProcessLimits(dataBytes: 64 << 20, userProcesses: 4000, cpuSeconds: 7))
        #expect(bounded.contains("Max data size 67108864 67108864 bytes"))
        #expect(bounded.contains("Max processes 4000 4000 processes"))
        #expect(bounded.contains("Max cpu time 7 8 seconds"))
        let free = try limits(ProcessLimits())
        let generous = try limits(
            ProcessLimits(dataBytes: .max - 1, userProcesses: .max - 1, cpuSeconds: .max - 1))
        #expect(free.filter { $0.hasPrefix("Max processes") } == generous.filter { $0.hasPrefix("Max processes") })
    }
}
