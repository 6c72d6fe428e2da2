import Measurement
import Testing

@testable import Runs

@Suite struct IdlePowerMeterTests {
    @Test(
        "a wait ends a little after the end, at the next look, and not for ever",
        arguments: [
            (1_000_000_000, 100), (99_500_000, 100), (5_000_000, 6), (1, 1), (0, nil), (-3_000_000, nil),
        ] as [(Int64, Int32?)])
    func timeout(nanosecondsLeft: Int64, milliseconds: Int32?) {
        let now = MonotonicInstant.now
        let end = now.advanced(by: .nanoseconds(nanosecondsLeft))
        #expect(IdlePowerMeter.timeout(until: end, now: now) == milliseconds)
    }
}
