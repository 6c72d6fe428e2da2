import CLinux
import Glibc
import LinuxSystem
import Measurement
import SystemPackage
import TestSupport
import Testing

@testable import RAPL

@Suite struct PowerCoreTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `the description of a captured PMU is understood`() throws {
        let tree = try SysfsTree(CapturedTree.powerCorePMU, in: directory)
        let pmu = try #require(try PowerPMU(sysfsRoot: tree.root, device: .core))
        #expect(pmu.type == 22 && pmu.cpus == [0, 1, 2, 3] && pmu.skipped.isEmpty)
        #expect(pmu.events == [PowerPMUEvent(domain: .pp0, config: 1, scale: 1.0 / 4_294_967_296)])
    }

    @Test func `a PMU that cannot be opened has a reason per package`() throws {
        let tree = try SysfsTree(CapturedTree.powerCorePMU, in: directory)
        try tree.write("4294967295", to: "bus/event_source/devices/power_core/type")
        let findings = PowerCoreScan.run(sysfsRoot: tree.root, canOpen: true)
        #expect(findings.available.isEmpty && findings.warnings.isEmpty)
        #expect(findings.unavailable.map(\.package) == [0, 1])
        #expect(findings.unavailable.allSatisfy { $0.domain == .pp0 && $0.interface == .powerCorePMU })
    }

    @Test func `in another machine's tree it is described and not opened`() throws {
        let inventory = RAPLInventory.discover(sysfsRoot: try SysfsTree(CapturedTree.powerCorePMU, in: directory).root)
        #expect(inventory.warnings.contains { $0.contains("power_core PMU") && $0.contains("not this kernel's") })
    }

    @Test func `too many cores are not interrupted`() throws {
        let tree = try SysfsTree(CapturedTree.powerCorePMU, in: directory)
        try tree.write("0-64", to: "bus/event_source/devices/power_core/cpumask")
        let findings = PowerCoreScan.run(sysfsRoot: tree.root, canOpen: true)
        #expect(findings.available.isEmpty && findings.unavailable.isEmpty)
        #expect(findings.warnings == ["the power_core PMU is not used: each reading would interrupt 65 cores"])
    }

    @Test func `each package has the cores of its own, in one column`() throws {
        // A kernel's own clock stands in for the PMU: every machine has it on every CPU.
        let cpus = (try? PseudoFile.readText("/sys/devices/system/cpu/online")).flatMap(CPUTopology.parseList) ?? [0]
        let tree = try SysfsTree(CapturedTree.powerCorePMU, in: directory)
        try tree.write("\(PERF_TYPE_SOFTWARE.rawValue)", to: "bus/event_source/devices/power_core/type")
        try tree.write("event=0x00", to: "bus/event_source/devices/power_core/events/energy-core")
        try tree.write(
            cpus.prefix(2).map(String.init).joined(separator: ","), to: "bus/event_source/devices/power_core/cpumask")
        let findings = PowerCoreScan.run(sysfsRoot: tree.root, canOpen: true)
        guard findings.unavailable.isEmpty else { return }
        #expect(findings.available.map(\.package) == [0])
        var readers = RAPLReaders(opening: findings.available)
        var values: [Int64] = []
        for _ in 0..<3 { _ = readers.read(at: .now) { values.append($1) } }
        #expect(values[0] == 0 && values[1] > 0 && values[2] > values[1])
    }

    @Test func `cores add up, and one that fails makes the column absent until it is read again`() throws {
        var pipes: [[Int32]] = []
        for _ in 0..<2 {
            var ends: [Int32] = [0, 0]
            try systemCall { pipe(&ends) }
            try systemCall { fcntl(ends[0], F_SETFL, O_NONBLOCK) }
            pipes.append(ends)
        }
        defer { for ends in pipes { close(ends[1]) } }
        let cores = pipes.map {
            PowerPMUColumns(group: PowerPMUGroup(owning: [$0[0]]), columns: [0], scales: [1])
        }
        var readers = RAPLReaders(zones: [], groups: [], cores: [PowerCoreColumn(column: 0, cores: cores)])
        var values: [Int64] = []
        for (time, counts) in [[256, 0], [512, 512], [1024, nil], [1280, 1024]].enumerated()
            as EnumeratedSequence<[[UInt64?]]>
        {
            for (ends, count) in zip(pipes, counts) {
                guard let count else { continue }
                let answer: [UInt64] = [1, 9, 9, count]
                try systemCall { write(ends[1], answer, 32) }
            }
            _ = readers.read(at: MonotonicInstant(nanoseconds: Int64(time) * 1_000_000_000)) { values.append($1) }
        }
        #expect(values == [0, 3, absentValue, 8])
        #expect(readers.readErrors == 1)
    }
}
