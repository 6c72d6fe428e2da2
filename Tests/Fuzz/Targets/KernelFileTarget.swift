import TestSupport

@testable import Accounting
@testable import LinuxSystem
@testable import PerfEvents
@testable import RAPL
@testable import Runs

/// Files of `/proc`, sysfs and cgroups, as they may look on a kernel that nobody here has seen.
@Sendable func fuzzKernelFile(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    _ = RunCgroup.parseCPU(text)
    _ = RunCgroup.sum("rbytes", in: text)
    _ = MountTable.parse(text[...])
    _ = ProcessTable.parse(text, pid: 1)
    _ = PowercapEntry(text)
    _ = PowercapZoneName(text)
    if let format = PMUFormat(parsing: text) {
        var words: [UInt64] = [0, 0, 0]
        _ = format.store(.max, in: &words)
    }
    if let cpus = CPUTopology.parseList(text) {
        precondition(cpus.allSatisfy { $0 >= 0 }, "a CPU has a negative number")
    }
    fuzzBusyTime(bytes)
}

private func fuzzBusyTime(_ bytes: [UInt8]) {
    try! Proc.tree.write(bytes, to: "stat")
    var times = CPUTimes(count: 4)
    _ = ProcStatReader(procRoot: Proc.tree.root)?.read(into: &times)
    _ = CpuacctReader(path: "\(Proc.tree.root)/stat")?.read(into: &times)
    for cpu in 0..<4 { precondition(times[cpu] >= 0, "a CPU was busy for less than no time") }
}

private enum Proc {
    static let directory = try! TemporaryDirectory()
    static let tree = try! SysfsTree("", in: directory)
}
