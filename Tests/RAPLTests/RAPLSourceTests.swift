import Glibc
import LinuxSystem
import Measurement
import SystemPackage
import TestSupport
import Testing

@testable import RAPL

@Suite struct RAPLSourceTests {
    /// A source that reads a simulated machine by the machine's own clock.
    private struct Setup {
        let machine: SimulatedMachine
        let source: RAPLSource

        init(_ zones: [SimulatedZone]) throws {
            let machine = try SimulatedMachine(zones)
            self.machine = machine
            source = try #require(RAPLInventory.discover(sysfsRoot: machine.root).makeSource { machine.now })
        }

        /// Lets time pass and reads.
        func read(after duration: Duration) -> (row: [Int64], status: SourceStatus) {
            machine.advance(by: duration)
            return RAPLSourceTests.read(source)
        }
    }

    private static func read(_ source: RAPLSource, at offset: Int = 0) -> (row: [Int64], status: SourceStatus) {
        var row = [Int64](repeating: -1, count: source.columnCount + offset)
        var span = row.mutableSpan
        let status = source.read(into: &span, at: offset)
        return (row, status)
    }

    @Test("the integral is exact to the microjoule over many wraps")
    func exact() throws {
        let setup = try Setup([
            SimulatedZone("package-0", watts: 63.217, rangeMicrojoules: 65_532_610, startMicrojoules: 65_000_000),
            SimulatedZone("package-0/core", watts: 41.003001, rangeMicrojoules: 31_415_926),
            SimulatedZone("psys", watts: 0.000001, rangeMicrojoules: 10),
        ])
        var row: [Int64] = []
        for step in 0..<5_000 { row = setup.read(after: .nanoseconds(99_999_937 + step)).row }
        let truth = ["package-0", "package-0/core", "psys"].map { Int64(setup.machine.consumed($0)) }
        #expect(row == truth)
        #expect(truth[0] > 400 * 65_532_611)
        #expect(setup.source.wraps > 1_000)
        #expect(setup.source.resets == 0)
        #expect(setup.source.readErrors == 0)
    }

    @Test("energy from before the source does not count")
    func fromCreation() throws {
        let setup = try Setup([SimulatedZone("package-0", watts: 50, startMicrojoules: 123_456_789)])
        #expect(Self.read(setup.source).row == [0])
        #expect(setup.read(after: .seconds(2)).row == [100_000_000])
    }

    @Test("columns stand where the row has room for them")
    func offset() throws {
        let setup = try Setup([SimulatedZone("package-0", watts: 1), SimulatedZone("package-0/dram", watts: 2)])
        setup.machine.advance(by: .seconds(1))
        #expect(Self.read(setup.source, at: 3).row == [-1, -1, -1, 1_000_000, 2_000_000])
    }

    @Test("dies add up to their package")
    func dies() throws {
        let setup = try Setup([
            SimulatedZone("package-0-die-0", watts: 30), SimulatedZone("package-0-die-1", watts: 40),
        ])
        #expect(setup.source.layout.series.map { $0.series.attributes["die"] } == ["0", "1"])
        #expect(setup.source.layout.series.allSatisfy { $0.series.resource == .cpuPackage(0) })
        #expect(setup.read(after: .seconds(1)).row.reduce(0, +) == 70_000_000)
    }

    @Test("sources of one inventory are independent")
    func independent() throws {
        let machine = try SimulatedMachine([SimulatedZone("package-0", watts: 10)])
        let inventory = RAPLInventory.discover(sysfsRoot: machine.root)
        let first = try #require(inventory.makeSource { machine.now })
        machine.advance(by: .seconds(1))
        let second = try #require(inventory.makeSource { machine.now })
        machine.advance(by: .seconds(1))
        #expect(Self.read(first).row == [20_000_000])
        #expect(Self.read(second).row == [10_000_000])
    }

    @Test("a reset adds nothing, counts, and energy goes on from there")
    func reset() throws {
        let setup = try Setup([SimulatedZone("package-0", watts: 50, startMicrojoules: 90_000_000_000)])
        #expect(setup.read(after: .seconds(1)).row == [50_000_000])
        setup.machine.resetCounter(of: "package-0", to: 17)
        #expect(Self.read(setup.source).row == [50_000_000])
        #expect(setup.read(after: .seconds(1)).row == [100_000_000])
        #expect(setup.source.resets == 1)
        #expect(setup.source.wraps == 0)
    }

    @Test(
        "garbage makes the column absent, never 0, and the next reading has all of its energy",
        arguments: ["", "x", "-5", "12 34", "18446744073709551616"])
    func garbage(text: String) throws {
        let setup = try Setup([SimulatedZone("package-0", watts: 50), SimulatedZone("package-1", watts: 10)])
        setup.machine.advance(by: .seconds(1))
        setup.machine.showGarbage(text, in: "package-0")
        let reading = Self.read(setup.source)
        #expect(reading.row == [absentValue, 10_000_000])
        #expect(reading.status == .failed)
        #expect(setup.source.readErrors == 1)
        let next = setup.read(after: .seconds(1))
        #expect(next.row == [100_000_000, 20_000_000])
        #expect(next.status == .ok)
    }

    @Test("a wrap while the zone could not be read is seen afterwards")
    func wrapDuringFailure() throws {
        let setup = try Setup([SimulatedZone("package-0", watts: 50, rangeMicrojoules: 100_000_000)])
        _ = setup.read(after: .seconds(1))
        setup.machine.advance(by: .milliseconds(500))
        setup.machine.showGarbage("?", in: "package-0")
        _ = Self.read(setup.source)
        #expect(setup.read(after: .seconds(1)).row == [125_000_000])
        #expect(setup.source.wraps == 1)
    }

    @Test("a zone that vanishes ends its column only, and the last one ends the source")
    func vanish() throws {
        let setup = try Setup([SimulatedZone("package-0", watts: 50), SimulatedZone("package-1", watts: 10)])
        _ = setup.read(after: .seconds(1))
        setup.machine.remove("package-0")
        let first = setup.read(after: .seconds(1))
        #expect(first.row == [absentValue, 20_000_000])
        #expect(first.status == .failed)
        let second = setup.read(after: .seconds(1))
        #expect(second.row == [absentValue, 30_000_000])
        #expect(second.status == .ok)
        setup.machine.remove("package-1")
        let last = setup.read(after: .seconds(1))
        #expect(last.row == [absentValue, absentValue])
        #expect(last.status == .ended)
        #expect(setup.source.readErrors == 2)
    }

    @Test("an answer of the kernel that the object is gone ends the column")
    func goneByErrno() throws {
        let directory = try TemporaryDirectory()
        let zones = ["intel-rapl:0 package-0", "intel-rapl:1 package-1"]
        let text = zones.map { "zone \($0) range 100 energy -" }.joined(separator: "\n")
        let tree = try SysfsTree(text + "\nfile number = 5", in: directory)
        var child: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("1000"), nil]
        defer { for argument in arguments { free(argument) } }
        #expect(posix_spawnp(&child, "sleep", nil, nil, &arguments, nil) == 0)
        // The kernel's file stays open and says ESRCH after the process has gone, as sysfs says ENODEV.
        let energy = zones.map { "\(tree.root)/class/powercap/\($0.split(separator: " ")[0])/energy_uj" }
        try systemCall { symlink("/proc/\(child)/oom_score_adj", energy[0]) }
        try systemCall { symlink("\(tree.root)/number", energy[1]) }
        let source = try #require(RAPLInventory.discover(sysfsRoot: tree.root).makeSource())
        #expect(Self.read(source).row == [0, 0])
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
        #expect(Self.read(source) == ([absentValue, 0], .failed))
        #expect(Self.read(source) == ([absentValue, 0], .ok))
    }

    @Test("a zone that has gone between discovery and opening has no values, and the others have theirs")
    func goneAtOpening() throws {
        let machine = try SimulatedMachine([
            SimulatedZone("package-0", watts: 50), SimulatedZone("package-1", watts: 10),
        ])
        let inventory = RAPLInventory.discover(sysfsRoot: machine.root)
        machine.remove("package-0")
        let source = try #require(inventory.makeSource { machine.now })
        machine.advance(by: .seconds(1))
        #expect(Self.read(source).row == [absentValue, 10_000_000])
        #expect(source.layout.columnCount == 2)
    }

    @Test("a counter that never moves stays at 0 and says that it has to prove itself")
    func still() throws {
        let setup = try Setup([SimulatedZone("psys", watts: 0)])
        let reading = setup.read(after: .seconds(10))
        #expect(reading.row == [0])
        #expect(reading.status == .ok)
        #expect(setup.source.layout.series[0].provesItselfByMoving)
    }

    @Test("values only rise while a live machine is read from several threads")
    func live() async throws {
        // One wrap after 10 ms; at 100 W only a pause of a second could be taken for a reset.
        let machine = try SimulatedMachine([
            SimulatedZone("package-0", watts: 100, startMicrojoules: 262_142_328_850),
            SimulatedZone("package-0/dram", watts: 100),
        ])
        let source = try #require(RAPLInventory.discover(sysfsRoot: machine.root).makeSource())
        machine.startLive()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 { group.addTask { Self.rises(source, until: 10_000_000) } }
            for await rises in group { #expect(rises) }
        }
        machine.stop()
        let row = Self.read(source).row
        #expect(row == ["package-0", "package-0/dram"].map { Int64(machine.consumed($0)) })
        #expect(source.readErrors == 0)
        #expect(source.resets == 0)
        #expect(source.wraps == 1)
    }

    /// Reads until the second column has reached `goal`; whether all values rose and none was absent.
    private static func rises(_ source: RAPLSource, until goal: Int64) -> Bool {
        var last: [Int64] = [0, 0]
        while last[1] < goal {
            let row = read(source).row
            guard row[0] >= last[0], row[1] >= last[1] else { return false }
            last = row
        }
        return true
    }
}
