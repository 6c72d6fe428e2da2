import Analysis
import Measurement
import Testing

/// What is left of rows in a picture.
@Suite struct RunReductionTests {
    private static func instant(_ milliseconds: Int) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: Int64(milliseconds) * 1_000_000)
    }

    private func reduce(
        _ rows: [[Int64]], of layout: SourceLayout = layout(), from start: Int = 0, edges: [Int]
    ) -> [SeriesPoint?] {
        var reduction = RunReduction(
            layout: layout, start: Self.instant(start), edges: edges.map(Self.instant))
        reduction.add(frames(rows, columns: layout.columnCount))
        reduction.finish()
        return reduction.series[0].points
    }

    @Test func `a count becomes events per second`() {
        let points = reduce([[0], [10], [10], [40]], edges: [100, 300])
        #expect(
            points == [
                SeriesPoint(minimum: 100, mean: 100, maximum: 100), SeriesPoint(minimum: 0, mean: 150, maximum: 300),
            ])
    }

    @Test func `CPU time becomes CPUs, energy watts`() {
        let cpus = reduce([[0], [150_000_000]], of: layout(.nanoseconds), edges: [100])
        #expect(cpus == [SeriesPoint(minimum: 1.5, mean: 1.5, maximum: 1.5)])
        let watts = reduce([[0], [5_000_000]], of: layout(.joules, divisor: 1e6), edges: [100])
        #expect(watts == [SeriesPoint(minimum: 50, mean: 50, maximum: 50)])
        #expect(RateUnit.allCases.map(\.symbol) == ["W", "CPU", "1/s"])
    }

    @Test func `an interval that is cut by an edge is in both points, each with its share`() {
        let points = reduce([[0], [10], [110]], edges: [150, 200])
        #expect(
            points == [
                SeriesPoint(minimum: 100, mean: 400, maximum: 1000),
                SeriesPoint(minimum: 1000, mean: 1000, maximum: 1000),
            ])
    }

    @Test func `what was not measured is no point, and not 0`() {
        let absent = absentValue
        let points = reduce([[absent], [absent], [5], [5], [6]], edges: [100, 200, 300, 400, 500])
        #expect(points.map { $0?.mean } == [nil, nil, 0, 10, nil])
    }

    @Test func `an interval without a reading has the mean up to the next one`() {
        let points = reduce([[0], [absentValue], [20]], edges: [100, 200])
        #expect(points.map { $0?.mean } == [100, 100])
    }

    @Test func `sums that tell of the same time again and again do not overflow`() {
        let end = MonotonicInstant(nanoseconds: 1 << 59)
        let stretch = SeriesStretch(
            since: MonotonicInstant(nanoseconds: 0), until: end, change: 1, minimum: 0, maximum: 1, coverage: 1)
        var reduction = RunReduction(layout: layout(), start: stretch.since, edges: [end])
        for _ in 0..<40 { reduction.add([stretch], places: [0]) }
        #expect(reduction.series[0].points.map { $0?.mean } == [1e9 / 0x1p59])
    }

    @Test func `a point says the least coverage of its intervals`() {
        let rows: [[Int64]] = [[0, 0, 0], [10, 100, 100], [20, 200, 150]]
        #expect(reduce(rows, of: layout(isShared: true), edges: [200]).map { $0?.coverage } == [0.5])
    }

    @Test func `an energy counter that never moves has no points`() {
        #expect(
            reduce([[7], [7], [7]], of: layout(.joules, provesItselfByMoving: true), edges: [100, 200]) == [nil, nil])
    }

    /// Some thousand runs of chance, the same each time.
    @Test(arguments: [1, 2, 3, 7, 50, 333])
    func `points add up to the total, hold their mean between the extremes, and keep every spike`(count: Int) {
        var chance = Chance(state: UInt64(count))
        for _ in 0..<200 {
            let frameCount = Int(chance.next() % 300) + 2
            var value: Int64 = 0
            let rows: [[Int64]] = (0..<frameCount).map { _ in
                value += Int64(chance.next() % 1000)
                return [value]
            }
            let spike = Int(chance.next() % UInt64(frameCount - 1)) + 1
            let spiked = rows.enumerated().map { [$1[0] + ($0 >= spike ? 1_000_000 : 0)] }
            let end = Self.instant((frameCount - 1) * 100)
            let edges = PictureEdges.even(count, from: Self.instant(0), to: end)
            var reduction = RunReduction(layout: layout(), start: Self.instant(0), edges: edges)
            reduction.add(frames(spiked))
            let points = reduction.series[0].points.compactMap(\.self)
            #expect(points.count == count && edges.last == end)
            let lengths = zip([Self.instant(0)] + edges, edges).map { ($1 - $0).inSeconds }
            let total = zip(points, lengths).reduce(0) { $0 + $1.0.mean * $1.1 }
            #expect(abs(total - Double(spiked.last![0] - spiked[0][0])) < 1e-6 * total)
            #expect(points.allSatisfy { $0.minimum <= $0.mean && $0.mean <= $0.maximum })
            #expect(points.map(\.maximum).max()! >= 10_000_000)
        }
    }

    @Test func `edges among instants are theirs, rise, and are no more than asked for`() {
        var chance = Chance(state: 1)
        for count in [1, 2, 10, 100] {
            for _ in 0..<100 {
                var now: Int64 = 0
                let instants = (0..<Int(chance.next() % 150) + 1).map { _ in
                    now += Int64(chance.next() % 1000) + 1
                    return MonotonicInstant(nanoseconds: now)
                }
                let edges = PictureEdges.among(instants, count: count, from: Self.instant(0))
                #expect(edges.count <= count && edges.last == instants.last)
                #expect(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 } && Set(instants).isSuperset(of: edges))
            }
        }
    }
}

/// A linear congruential generator (Knuth's MMIX).
private struct Chance {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
