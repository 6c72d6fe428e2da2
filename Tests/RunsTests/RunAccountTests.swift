import FoundationEssentials
import Measurement
import TestSupport
import Testing

@testable import Runs

@Suite struct RunAccountTests {
    private static let usage = ResourceUsage(
        userTime: .seconds(3), systemTime: .seconds(1), minorPageFaults: 1, majorPageFaults: 2,
        voluntaryContextSwitches: 3, involuntaryContextSwitches: 4, blocksRead: 5, blocksWritten: 6)

    @Test func `without a cgroup numbers are those of wait4`() {
        let account = RunAccount(Self.usage)
        #expect(account.cpuTime == .measured(.seconds(4), from: .wait4))
        #expect(account.userTime == .measured(.seconds(3), from: .wait4))
        #expect(account.systemTime == .measured(.seconds(1), from: .wait4))
        #expect(account.bytesRead == .measured(2560, from: .wait4))
        #expect(account.bytesWritten == .measured(3072, from: .wait4))
    }

    @Test func `what the cgroup knows comes from there, and the rest from wait4`() {
        var usage = Self.usage
        usage.cgroup = CgroupUsage(cpuTime: .seconds(10), userTime: .seconds(7), systemTime: .seconds(3))
        #expect(RunAccount(usage).cpuTime == .measured(.seconds(10), from: .cpuStat))
        #expect(RunAccount(usage).userTime == .measured(.seconds(7), from: .cpuStat))
        #expect(RunAccount(usage).bytesRead == .measured(2560, from: .wait4))
        usage.cgroup?.bytesRead = 0
        usage.cgroup?.bytesWritten = 77
        usage.cgroup?.peakMemoryBytes = 99
        #expect(RunAccount(usage).bytesRead == .measured(0, from: .ioStat))
        #expect(RunAccount(usage).bytesWritten == .measured(77, from: .ioStat))
        #expect(RunAccount(usage).peakMemoryBytes == .measured(99, from: .memoryPeak))
    }

    @Test func `a peak that may be the launcher's is not the command's`() throws {
        var usage = Self.usage
        #expect(RunAccount(usage).peakMemoryBytes.value == nil)
        usage.launcherResidentBytes = 32 << 20
        usage.maximumResidentBytes = 32 << 20
        guard case .unavailable(let reason) = RunAccount(usage).peakMemoryBytes else {
            Issue.record("it was taken for the command's")
            return
        }
        #expect(reason.contains("below \(32 << 20) bytes"))
        // The kernel rounds both.
        usage.maximumResidentBytes = 33 << 20
        #expect(RunAccount(usage).peakMemoryBytes.value == nil)
        usage.maximumResidentBytes = 40 << 20
        #expect(RunAccount(usage).peakMemoryBytes == .measured(40 << 20, from: .wait4))
    }

    @Test func `cpu stat is read, with or without a controller`() {
        let text = "usage_usec 5\nuser_usec 3\nsystem_usec 2\nnice_usec 0\nnr_periods 9\n"
        let usage = CgroupUsage(
            cpuTime: .microseconds(5), userTime: .microseconds(3), systemTime: .microseconds(2))
        #expect(RunCgroup.parseCPU(text) == usage)
        for garbage in ["", "usage_usec 5", "usage_usec x\nuser_usec 3\nsystem_usec 2", "usage_usec 5 6\nuser_usec 3"] {
            #expect(RunCgroup.parseCPU(garbage) == nil)
        }
    }

    @Test func `io stat is added up over devices`() {
        let text = """
            8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0
            8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=50331648 dios=3021
            """
        #expect(RunCgroup.sum("rbytes", in: text) == 91_889_664)
        #expect(RunCgroup.sum("wbytes", in: text) == 613_781_504)
        #expect(RunCgroup.sum("rbytes", in: "") == 0)
    }

    @Test func `a cgroup tells what its controllers know, and nothing of those that it lacks`() throws {
        let directory = try TemporaryDirectory()
        let tree = try SysfsTree("", in: directory)
        let cgroup = try RunCgroup(existing: tree.root)
        #expect(cgroup.usage == nil)
        try tree.write("usage_usec 5\nuser_usec 3\nsystem_usec 2\n", to: "cpu.stat")
        var usage = CgroupUsage(
            cpuTime: .microseconds(5), userTime: .microseconds(3), systemTime: .microseconds(2))
        #expect(cgroup.usage == usage)
        try tree.write("2097152\n", to: "memory.peak")
        // No device was used.
        try tree.write("", to: "io.stat")
        usage.peakMemoryBytes = 2_097_152
        usage.bytesRead = 0
        usage.bytesWritten = 0
        #expect(cgroup.usage == usage)
    }

    @Test func `a usage that was stored before there were cgroups in it is read`() throws {
        let text = """
            {"totals": [], "resourceUsage": {
             "userTime": [0, 5], "systemTime": [0, 6], "minorPageFaults": 1, "majorPageFaults": 2,
             "voluntaryContextSwitches": 3, "involuntaryContextSwitches": 4, "blocksRead": 5, "blocksWritten": 6}}
            """
        let summary = try JSONDecoder().decode(RunSummary.self, from: Data(text.utf8))
        #expect(summary.account?.bytesRead.value == 2560)
        #expect(summary.account?.peakMemoryBytes.value == nil)
    }
}
