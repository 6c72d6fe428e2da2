import Measurement
import Testing

@testable import Sampling

@Suite struct SamplingGridTests {
    private func instant(_ nanoseconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: nanoseconds) }

    @Test(
        "the first tick is the first multiple of the interval after the start",
        arguments: [(0, 10, 10), (1, 10, 10), (9, 10, 10), (10, 10, 20), (11, 10, 20), (99, 10, 100), (5, 1, 6)]
            as [(Int64, Int64, Int64)])
    func first(start: Int64, interval: Int64, next: Int64) {
        #expect(SamplingGrid(interval: .nanoseconds(interval), after: instant(start)).next == instant(next))
    }

    @Test(
        "what is due says how late it is and what was missed, and the next tick lies ahead",
        arguments: [
            // The first tick is at 10.
            (9, nil, 0, 10), (10, 0, 0, 20), (11, 1, 0, 20), (19, 9, 0, 20), (20, 10, 1, 30), (25, 15, 1, 30),
            (39, 29, 2, 40), (1_000, 990, 99, 1_010),
        ] as [(Int64, Int64?, UInt64, Int64)])
    func due(now: Int64, lateness: Int64?, missed: UInt64, next: Int64) {
        var grid = SamplingGrid(interval: .nanoseconds(10), after: instant(0))
        let expected = lateness.map { SamplingGrid.Due(lateness: .nanoseconds($0), missed: missed) }
        #expect(grid.advance(to: instant(now)) == expected)
        #expect(grid.next == instant(next))
    }

    @Test("a late tick is not followed by a burst of those it missed")
    func noBurst() {
        var grid = SamplingGrid(interval: .milliseconds(1), after: .milliseconds(0))
        let dues = [5, 5, 5, 6, 6, 90, 90].map { grid.advance(to: .milliseconds($0)) }
        #expect(dues.map { $0?.missed } == [4, nil, nil, 0, nil, 83, nil])
    }

    @Test("no tick is lost or counted twice, however irregularly the sampler comes")
    func everyTickOnce() {
        var grid = SamplingGrid(interval: .nanoseconds(7), after: instant(3))
        var generator = SystemRandomNumberGenerator()
        var now: Int64 = 3
        var ticks: UInt64 = 0
        for _ in 0..<10_000 {
            now += Int64.random(in: 0...30, using: &generator)
            if let due = grid.advance(to: instant(now)) { ticks += 1 + due.missed }
        }
        #expect(ticks == UInt64(now / 7 - 3 / 7))
    }

    @Test("grids whose intervals divide each other share their ticks, whenever they began")
    func sharedTicks() {
        var fine = SamplingGrid(interval: .milliseconds(10), after: .milliseconds(3))
        var coarse = SamplingGrid(interval: .milliseconds(100), after: .milliseconds(57))
        var shared: [Int64] = []
        for now in stride(from: Int64(60), through: 1_000, by: 10) {
            let isFine = fine.advance(to: .milliseconds(now)) != nil
            let isCoarse = coarse.advance(to: .milliseconds(now)) != nil
            #expect(isFine)
            if isCoarse { shared.append(now) }
        }
        #expect(shared == Array(stride(from: 100, through: 1_000, by: 100)))
    }

    @Test("an interval of nothing is one nanosecond, and one of for ever never comes")
    func extremes() {
        #expect(SamplingGrid(interval: .zero, after: instant(5)).next == instant(6))
        #expect(SamplingGrid(interval: .seconds(Int64.max), after: instant(5)).next == instant(.max))
    }

    @Test("ticks that two grids share are late once and missed once")
    func joined() {
        let fine = SamplingGrid.Due(lateness: .milliseconds(5), missed: 3)
        let coarse = SamplingGrid.Due(lateness: .milliseconds(15), missed: 0)
        let both = SamplingGrid.Due(lateness: .milliseconds(15), missed: 3)
        #expect(fine.joined(with: coarse) == both)
        #expect(coarse.joined(with: fine) == both)
        #expect(fine.joined(with: nil) == fine)
    }
}
