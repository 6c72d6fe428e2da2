import Analysis
import Measurement
import TestSupport
import Testing

@testable import RAPL

/// From a known power over time to the total of a run, by a clock that only the test moves.
@Suite struct PowerProfileTests {
    /// Hertz and joules: the counter may go round between two readings once at most, and 250 W at 10 Hz are 25 J.
    static let runs = [(10, 40.0), (10, 262_143.328850), (100, 8), (1000, 1)]

    @Test(arguments: runs)
    func `the total is the integral, whatever the rate, wraps included`(hertz: Int, rangeJoules: Double) throws {
        let profile = PowerProfile.eventful
        let range = Int(rangeJoules * 1e6)
        let machine = try SimulatedMachine([
            SimulatedZone(
                "package-0", watts: 0, rangeMicrojoules: UInt64(range), startMicrojoules: UInt64(range - 100))
        ])
        let source = try #require(RAPLInventory.discover(sysfsRoot: machine.root).makeSource { machine.now })
        let accumulator = Self.run(profile, on: machine, source, interval: 1000 / hertz)
        let total = try #require(accumulator.totals.first)
        guard case .measured(let value) = total.result else {
            Issue.record("no total: \(total.result)")
            return
        }
        let truth = profile.joules
        #expect(abs(value.asDouble - truth) <= truth * 0.001, "\(value.asDouble) J of \(truth) J at \(hertz) Hz")
        // What the machine gave out is found again to the last microjoule.
        #expect(value.asDouble == Double(machine.consumed("package-0")) / 1e6)
        #expect(source.wraps == (range - 100 + Int(machine.consumed("package-0"))) / (range + 1))
        #expect(source.wraps > 0 && source.resets == 0)
    }

    @Test func `rows add up to the total`() throws {
        let profile = PowerProfile([.ramp(from: 0, to: 90, milliseconds: 997), .constant(3, milliseconds: 1003)])
        let machine = try SimulatedMachine([SimulatedZone("package-0", watts: 0, rangeMicrojoules: 7_000_000)])
        let source = try #require(RAPLInventory.discover(sysfsRoot: machine.root).makeSource { machine.now })
        var sum = 0.0
        let accumulator = Self.run(profile, on: machine, source, interval: 10) { sum += $0 }
        guard case .measured(let total)? = accumulator.totals.first?.result else {
            Issue.record("no total")
            return
        }
        #expect(abs(sum - total.asDouble) < 1e-9 && abs(sum - profile.joules) < 0.0001)
    }

    /// Lives through a profile and reads at each interval, and at both ends.
    private static func run(
        _ profile: PowerProfile, on machine: SimulatedMachine, _ source: RAPLSource, interval: Int,
        forEachChange body: (Double) -> Void = { _ in }
    ) -> RunAccumulator {
        var accumulator = RunAccumulator(layout: source.layout)
        func takeFrame() {
            var block = FrameBlock(columnCount: source.columnCount, capacity: 1)
            block.append(at: machine.now) { _ = source.read(into: &$0, at: 1) }
            accumulator.add(block) { _, _, change in body(change.change.asDouble) }
        }
        takeFrame()
        for (millisecond, watts) in profile.watts.enumerated() {
            machine.setWatts(watts, of: "package-0")
            machine.advance(by: .milliseconds(1))
            if (millisecond + 1).isMultiple(of: interval) { takeFrame() }
        }
        takeFrame()
        return accumulator
    }
}
