import Measurement
import Testing

@testable import RAPL

@Suite struct PowercapCounterTests {
    private static func second(_ seconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: seconds * 1_000_000_000)
    }

    private static func totals(_ readings: [UInt64], maximum: UInt64?) -> (totals: [Int64], counter: PowercapCounter) {
        var counter = PowercapCounter(maximum: maximum)
        let totals = readings.enumerated().map { counter.advance(to: $1, at: second(Int64($0))) }
        return (totals, counter)
    }

    @Test("energy counts from the first reading")
    func difference() {
        #expect(Self.totals([500, 500, 700, 701], maximum: 1000).totals == [0, 0, 200, 201])
    }

    @Test("the step behind the maximum is zero")
    func wrap() {
        let (totals, counter) = Self.totals([999, 1000, 0, 1, 1000, 5], maximum: 1000)
        #expect(totals == [0, 1, 2, 3, 1002, 1008])
        #expect(counter.wraps == 2)
        #expect(counter.resets == 0)
    }

    @Test("a fall that would mean more than 10 kW is a reset and adds nothing")
    func reset() {
        let (totals, counter) = Self.totals([100_000_000_000, 5, 10], maximum: 262_143_328_850)
        #expect(totals == [0, 0, 5])
        #expect(counter.resets == 1)
        #expect(counter.wraps == 0)
    }

    @Test("the same fall is a wrap when enough time has passed")
    func longGap() {
        var counter = PowercapCounter(maximum: 262_143_328_850)
        _ = counter.advance(to: 100_000_000_000, at: Self.second(0))
        #expect(counter.advance(to: 5, at: Self.second(17)) == 162_143_328_856)
        #expect(counter.wraps == 1)
    }

    @Test("every fall is a reset where the range is not known, or the value was beyond it", arguments: [nil, 100])
    func withoutRange(maximum: UInt64?) {
        let (totals, counter) = Self.totals([200, 300, 50, 60], maximum: maximum)
        #expect(totals == [0, 100, 100, 110])
        #expect(counter.resets == 1)
    }

    @Test("the largest numbers do no harm")
    func extremes() {
        let (totals, counter) = Self.totals([0, .max, 0, .max], maximum: .max)
        #expect(totals.count == 4)
        #expect(counter.wraps + counter.resets == 1)
    }
}
