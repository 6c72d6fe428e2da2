import Accounting
import Measurement
import TestSupport
import Testing

/// The machine that attribution is tried on says what it was told to.
@Suite struct SimulatedMachineTests {
    @Test func `energy is idle power times time and power per CPU times busy time`() throws {
        let machine = try SimulatedMachine([
            SimulatedZone("package-0", watts: 10, wattsPerBusyCPU: 30),
            SimulatedZone("package-0/dram", watts: 2), SimulatedZone("psys", watts: 20, wattsPerBusyCPU: 50),
        ])
        machine.advance(by: .seconds(2), busy: [0: .milliseconds(500)])
        machine.advance(by: .seconds(1), busy: [0: .milliseconds(1000)])
        #expect(machine.consumed("package-0") == 75_000_000)
        #expect(machine.consumed("package-0/dram") == 6_000_000)
        #expect(machine.consumed("psys") == 135_000_000)
        #expect(machine.busyTime(ofPackage: 0) == .milliseconds(1500))
    }

    @Test func `each package has CPUs of its own`() throws {
        let machine = try SimulatedMachine([
            SimulatedZone("package-0", watts: 0, wattsPerBusyCPU: 1),
            SimulatedZone("package-1", watts: 0, wattsPerBusyCPU: 1),
            SimulatedZone("psys", watts: 0, wattsPerBusyCPU: 1),
        ])
        machine.advance(by: .seconds(1), busy: [0: .seconds(1)])
        #expect(machine.consumed("package-0") == 1_000_000)
        #expect(machine.consumed("package-1") == 0)
        #expect(machine.consumed("psys") == 1_000_000)
    }

    @Test func `a live machine goes with the real CPUs`() throws {
        let machine = try SimulatedMachine([SimulatedZone("package-0", watts: 0, wattsPerBusyCPU: 1)])
        let source = try #require(CPUBusyTimeSource(sysfsRoot: machine.root, mayTrace: false))
        machine.startLive()
        defer { machine.stop() }
        // The two begin some microseconds apart, and /proc/stat moves in steps.
        let goal = Int64(300_000_000)
        var row: [Int64] = [0]
        while row[0] < goal {
            var span = row.mutableSpan
            #expect(source.read(into: &span, at: 0) == .ok)
        }
        machine.stop()
        #expect(machine.consumed("package-0") > UInt64(goal / 1000) * 8 / 10)
        #expect(machine.consumed("package-0") == UInt64(machine.busyTime(ofPackage: 0).wholeNanoseconds / 1000))
    }
}
