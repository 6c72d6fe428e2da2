import Analysis
import Measurement
import Testing

@Suite struct RunAccumulatorTests {
    private let layout = SourceLayout.joined([
        AnalysisTests.layout(isShared: true), AnalysisTests.layout(.joules, divisor: 3, provesItselfByMoving: true),
    ])

    /// Rows of a counter that is often without hardware and often unreadable, and of energy.
    private func randomRows(_ count: Int, seed: UInt64) -> [[Int64]] {
        var generator = Seeded(state: seed)
        var row: [Int64] = [0, 0, 0, 0]
        return (0..<count).map { _ in
            let enabled = Int64.random(in: 0...1000, using: &generator)
            let running = Bool.random(using: &generator) ? Int64.random(in: 0...enabled, using: &generator) : 0
            row[0] += running * 3
            row[1] += enabled
            row[2] += running
            row[3] += Int64.random(in: 0...5, using: &generator)
            return row.map { Int.random(in: 0..<10, using: &generator) == 0 ? absentValue : $0 }
        }
    }

    @Test("Rows add up to the totals, whatever is missing in between", arguments: 1...20 as ClosedRange<UInt64>)
    func sums(seed: UInt64) {
        var accumulator = RunAccumulator(layout: layout)
        var integerSum: Int64 = 0
        var realSum = 0.0
        accumulator.add(frames(randomRows(200, seed: seed))) { _, _, change in
            switch change.change {
            case .integer(let value): integerSum += value
            case .real(let value): realSum += value
            }
        }
        let totals = accumulator.totals.map(\.result)
        #expect(totals[0] == .measured(.integer(integerSum)))
        guard case .measured(let joules) = totals[1] else { return #expect(Bool(false), "energy has no total") }
        #expect(abs(joules.asDouble - realSum) <= 1e-12 * realSum)
    }

    @Test("It makes no difference how frames are cut into blocks")
    func blocks() {
        let rows = randomRows(50, seed: 7)
        let whole = frames(rows)
        var once = RunAccumulator(layout: layout)
        var pieces = RunAccumulator(layout: layout)
        var onceChanges: [SeriesChange] = []
        var pieceChanges: [SeriesChange] = []
        once.add(whole) { _, _, change in onceChanges.append(change) }
        for start in stride(from: 0, to: 50, by: 7) {
            pieces.add(whole, range: start..<min(50, start + 7)) { _, _, change in pieceChanges.append(change) }
        }
        #expect(onceChanges == pieceChanges)
        #expect(once.totals == pieces.totals)
        #expect(pieces.frameCount == 50)
        #expect(pieces.lastInstant == whole.instant(at: 49))
    }

    @Test("Rows come in order of time and, within a frame, of the layout")
    func order() {
        var accumulator = RunAccumulator(layout: layout)
        var seen: [String] = []
        accumulator.add(frames([[0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2]])) { series, instant, _ in
            seen.append("\(instant.nanoseconds / 1_000_000) ms: \(series)")
        }
        #expect(seen == ["100 ms: 0", "100 ms: 1", "200 ms: 0", "200 ms: 1"])
    }

    @Test("A run without frames has totals that say so")
    func empty() {
        let accumulator = RunAccumulator(layout: layout)
        #expect(accumulator.totals.count == 2)
        #expect(accumulator.lastInstant == nil)
        #expect(accumulator.warnings.isEmpty)
    }
}

/// SplitMix64: the same numbers in every test run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
