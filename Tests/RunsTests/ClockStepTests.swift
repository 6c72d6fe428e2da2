import Measurement
import Testing

@testable import Runs

@Suite struct ClockStepTests {
    private func anchor(monotonic: Double, wall: Double) -> ClockAnchor {
        ClockAnchor(
            monotonic: MonotonicInstant(nanoseconds: Int64(monotonic * 1e9)),
            wall: WallInstant(nanosecondsSinceEpoch: 1_715_722_129_000_000_000 + Int64(wall * 1e9)))
    }

    @Test(
        "a clock that goes on evenly, or is slewed, is not worth a word",
        arguments: [(10.0, 10.0), (10, 10.9), (10, 9.1), (86_400, 86_443)])
    func even(monotonic: Double, wall: Double) {
        #expect(
            ClockStep.warnings(
                since: anchor(monotonic: 0, wall: 0), now: anchor(monotonic: monotonic, wall: wall)) == [])
    }

    @Test("a step is told with its size and direction")
    func steps() throws {
        let start = anchor(monotonic: 0, wall: 0)
        let back = ClockStep.warnings(since: start, now: anchor(monotonic: 10, wall: 10 - 3600))
        #expect(back.first?.hasPrefix("the machine's clock went back by 1h ") == true)
        let forward = ClockStep.warnings(since: start, now: anchor(monotonic: 10, wall: 12))
        #expect(forward.first?.hasPrefix("the machine's clock went forward by 2s ") == true)
    }
}
