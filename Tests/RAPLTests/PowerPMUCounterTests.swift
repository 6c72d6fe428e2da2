import Measurement
import Testing

@testable import RAPL

@Suite struct PowerPMUCounterTests {
    private static let scale = 1.0 / 4_294_967_296
    /// Counts per step of the register: 2⁻¹⁴ J, in counts of 2⁻³² J.
    private static let step: UInt64 = 1 << 18

    private var counter = PowerPMUCounter(scale: scale)

    private func second(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    /// Joules so far.
    private var joules: Double { Double(counter.total) * Self.scale * PowerPMUCounter.countsPerUnit }

    @Test("energy counts from the first reading, whatever that was")
    mutating func difference() {
        for (time, count) in ([7, 7 + (1 << 32), 7 + (5 << 32)] as [UInt64]).enumerated() {
            _ = counter.advance(to: count, at: second(Int64(time)))
        }
        #expect(joules == 5)
    }

    @Test("what is less than a unit is kept for later")
    mutating func remainders() {
        var last: Int64 = 0
        for count in 0...1024 { last = counter.advance(to: UInt64(count) * 3, at: second(Int64(count))) }
        #expect(last == 12)
    }

    @Test("the count may pass the limits of signed and unsigned numbers")
    mutating func limits() {
        let start = UInt64.max - 2 * 256
        for time in 0..<10 { _ = counter.advance(to: start &+ UInt64(time) * 256, at: second(Int64(time))) }
        #expect(counter.total == 9)
        #expect(counter.wraps + counter.resets == 0)
    }

    @Test("a step back by half a round and more, late enough, is a wrap", arguments: [1 << 18, 262_141] as [UInt64])
    mutating func wrap(step: UInt64) {
        let steps: [Int64] = [0, 1000, 1003, 1003 - (3 << 30), 1010 - (3 << 30)]
        for (index, position) in steps.enumerated() {
            let count = UInt64(bitPattern: position &* Int64(step))
            _ = counter.advance(to: count, at: second(Int64(index) * 60))
        }
        #expect(counter.wraps == 1)
        #expect(counter.resets == 0)
        #expect(counter.total == Int64((UInt128(1010 + (1 << 30)) * UInt128(step)) >> 8))
    }

    @Test("a step back that would mean more than 10 kW is a reset")
    mutating func reset() {
        for (time, position) in [0, 1000, 1003, 900, 905].enumerated() {
            _ = counter.advance(to: UInt64(position) * Self.step, at: second(Int64(time)))
        }
        #expect(counter.resets == 1)
        #expect(counter.wraps == 0)
        #expect(counter.total == Int64(1008 * Self.step / 256))
    }

    @Test("the largest steps back do no harm", arguments: [1 << 31, 1 << 40, 1 << 62, UInt64(1) << 63])
    mutating func extremes(back: UInt64) {
        _ = counter.advance(to: 1 << 63, at: second(0))
        _ = counter.advance(to: (1 << 63) &- back, at: second(1))
        #expect(counter.total == 0)
        #expect(counter.resets == 1)
    }
}
