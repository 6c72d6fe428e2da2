import Analysis
import Measurement
import Testing

@Suite struct SeriesAccumulatorTests {
    @Test("The first frame opens the run, each later one tells what was added")
    func changes() {
        let outcome = Outcome(layout(), [[100], [100], [117], [150]])
        #expect(outcome.changes.map(\.change) == [.integer(0), .integer(17), .integer(33)])
        #expect(outcome.changes.map(\.total) == [.integer(0), .integer(17), .integer(50)])
        #expect(outcome.changes.allSatisfy { $0.coverage == 1 })
        #expect(outcome.result == .measured(.integer(50)))
        #expect(outcome.coverage == nil)
        #expect(outcome.accumulator.warnings.isEmpty)
    }

    @Test("A frame without a value gives no row, and the next one carries the whole change")
    func absent() {
        let outcome = Outcome(layout(), [[100], [absentValue], [absentValue], [150], [151]])
        #expect(outcome.changes.map(\.change) == [.integer(50), .integer(1)])
        #expect(outcome.result == .measured(.integer(51)))
        #expect(outcome.accumulator.warnings.isEmpty)
    }

    @Test("A series that is absent at the ends of the run says how much is missing")
    func absentAtTheEnds() {
        let outcome = Outcome(layout(), [[absentValue], [absentValue], [100], [107], [absentValue]])
        #expect(outcome.changes.map(\.change) == [.integer(7)])
        #expect(outcome.result == .measured(.integer(7)))
        #expect(
            outcome.accumulator.warnings == [
                "things could not be read all the time: the first 0.2 seconds and the last 0.1 seconds of the run are "
                    + "missing in its total."
            ])
    }

    @Test(
        "What was never measured is unavailable with its reason, never 0",
        arguments: [
            ([], "before its counters were read"),
            ([[5]], "read only once"),
            ([[5], [absentValue]], "read only once"),
            ([[absentValue], [absentValue]], "could not be read"),
        ] as [([[Int64]], String)])
    func unavailable(rows: [[Int64]], reason: String) {
        let outcome = Outcome(layout(), rows)
        #expect(outcome.changes.isEmpty)
        #expect(outcome.reason.contains(reason))
    }

    @Test("A number beyond 2^53 is added up exactly")
    func exactIntegers() {
        let large = Int64(1) << 60
        let outcome = Outcome(layout(), [[1], [large], [large + 1]])
        #expect(outcome.changes.map(\.change) == [.integer(large - 1), .integer(1)])
        #expect(outcome.result == .measured(.integer(large)))
    }

    @Test("Real values are computed from raw numbers, so rounding does not add up")
    func realValues() {
        // A tenth has no exact double: a thousand of them added up are 99.9999999999986.
        let outcome = Outcome(layout(.joules, divisor: 10), (0...1000).map { [$0] })
        #expect(outcome.changes.map(\.change.asDouble) == [Double](repeating: 0.1, count: 1000))
        #expect(outcome.result == .measured(.real(100)))
    }
}

@Suite struct SharedCounterTests {
    @Test("A counter that had the hardware half of the time is scaled up and says so")
    func scaled() {
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], [10, 100, 100], [15, 200, 150]])
        #expect(outcome.changes.map(\.change) == [.integer(10), .integer(10)])
        #expect(outcome.changes.map(\.coverage) == [1, 0.5])
        #expect(outcome.result == .measured(.integer(20)))
        #expect(outcome.coverage == 0.75)
    }

    @Test("A scaled count is rounded to a whole number, half away from zero")
    func rounded() {
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], [5, 30, 20], [6, 60, 23]])
        #expect(outcome.changes.map(\.change) == [.integer(8), .integer(10)])
        #expect(outcome.result == .measured(.integer(18)))
    }

    @Test("An interval without hardware gives no row and is merged into the next")
    func merged() {
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], [0, 100, 0], [5, 200, 50], [5, 300, 50]])
        #expect(
            outcome.changes == [
                SeriesChange(
                    change: .integer(20), total: .integer(20), coverage: 0.25,
                    since: MonotonicInstant(nanoseconds: 0))
            ])
        #expect(outcome.result == .measured(.integer(20)))
        #expect(outcome.coverage == 50.0 / 300)
    }

    @Test("Time without hardware at the end of the run is in no row, and a warning says so")
    func starvedAtTheEnd() {
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], [5, 100, 100], [5, 200, 100], [5, 300, 100]])
        #expect(outcome.result == .measured(.integer(5)))
        #expect(outcome.coverage == 100.0 / 300)
        #expect(
            outcome.accumulator.warnings == [
                "things had no hardware counter in the last 0.2 seconds that it was read: others held them, and its "
                    + "total leaves that time out; ask for fewer events."
            ])
        let merged = Outcome(layout(isShared: true), [[0, 0, 0], [0, 100, 0], [5, 200, 100]])
        #expect(merged.accumulator.warnings.isEmpty)
    }

    @Test("An interval in which the command did not run is a row of 0 with full coverage")
    func asleep() {
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], [7, 100, 100], [7, 100, 100]])
        #expect(outcome.changes.map(\.change) == [.integer(7), .integer(0)])
        #expect(outcome.changes.map(\.coverage) == [1, 1])
        #expect(outcome.coverage == 1)
    }

    @Test("A counter that never got the hardware is unavailable with coverage 0")
    func starved() {
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], [0, 100, 0], [0, 200, 0]])
        #expect(outcome.changes.isEmpty)
        #expect(outcome.reason.contains("never got a hardware counter"))
        #expect(outcome.coverage == 0)
    }

    @Test("A counter that was never switched on is unavailable")
    func neverEnabled() {
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], [0, 0, 0]])
        #expect(outcome.changes.isEmpty)
        #expect(outcome.reason.contains("never switched on"))
    }

    @Test("An absent time makes the value absent", arguments: [1, 2])
    func absentTimes(column: Int) {
        var gap: [Int64] = [5, 100, 100]
        gap[column] = absentValue
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], gap, [9, 200, 200]])
        #expect(outcome.changes.map(\.change) == [.integer(9)])
    }

    @Test("Real values are scaled too, and their rows add up to the total")
    func scaledReals() {
        let outcome = Outcome(layout(.joules, divisor: 2, isShared: true), [[0, 0, 0], [3, 100, 50], [4, 200, 150]])
        #expect(outcome.changes.map(\.change) == [.real(3), .real(0.5)])
        #expect(outcome.result == .measured(.real(3.5)))
    }

    @Test("An estimate beyond 64 bits is the greatest number there is")
    func saturated() {
        let outcome = Outcome(layout(isShared: true), [[0, 0, 0], [1 << 62, 200, 100]])
        #expect(outcome.changes.map(\.change) == [.integer(.max)])
    }

    @Test("Numbers at the edge of 64 bits neither trap nor overflow")
    func extremes() {
        let outcome = Outcome(
            layout(isShared: true), [[-.max, 0, 0], [.max, .max, 1], [.min + 1, .max, .max], [0, -.max, -.max]])
        #expect(outcome.changes.count == 3)
    }
}

@Suite struct DeadDomainTests {
    private let energy = layout(.joules, multiplier: 0.25, provesItselfByMoving: true)

    @Test("Energy gives no rows until it has moved, and then the whole change")
    func moves() {
        let outcome = Outcome(energy, [[8], [8], [8], [12], [12], [16]])
        #expect(outcome.changes.map(\.change) == [.real(1), .real(0), .real(1)])
        #expect(outcome.result == .measured(.real(2)))
    }

    @Test("Energy that never moves is unavailable, never 0 J")
    func dead() {
        let outcome = Outcome(energy, [[0], [0], [0]])
        #expect(outcome.changes.isEmpty)
        #expect(outcome.reason.contains("stood still for the whole run"))
    }
}
