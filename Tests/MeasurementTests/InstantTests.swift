import Measurement
import Testing

@Suite struct DurationNanosecondsTests {
    @Test(
        "a duration is told in whole nanoseconds, cut off towards zero",
        arguments: [
            (Duration.zero, 0), (.nanoseconds(1), 1), (.nanoseconds(-1), -1), (.milliseconds(1500), 1_500_000_000),
            (.milliseconds(-1500), -1_500_000_000),
            (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 0),
            (Duration(secondsComponent: 0, attosecondsComponent: -999_999_999), 0),
            (.seconds(9_223_372_036) + .nanoseconds(854_775_807), Int64.max),
        ] as [(Duration, Int64)])
    func whole(duration: Duration, nanoseconds: Int64) {
        #expect(duration.wholeNanoseconds == nanoseconds)
    }

    @Test(
        "a duration beyond 292 years is the longest that fits",
        arguments: [
            (.seconds(9_223_372_036) + .nanoseconds(854_775_808), .max),
            (.seconds(9_223_372_036) + .nanoseconds(999_999_999), .max), (.seconds(9_223_372_037), .max),
            (.seconds(Int64.max), .max), (.seconds(-9_223_372_036) - .nanoseconds(999_999_999), .min),
            (.seconds(-9_223_372_037), .min), (.seconds(Int64.min), .min),
        ] as [(Duration, Int64)])
    func saturates(duration: Duration, nanoseconds: Int64) {
        #expect(duration.wholeNanoseconds == nanoseconds)
    }

    @Test("seconds are as precise as a double")
    func seconds() {
        #expect(Duration.nanoseconds(1_500_000_001).inSeconds == 1.500000001)
    }
}

@Suite struct MonotonicInstantTests {
    private let start = MonotonicInstant(nanoseconds: 1_000)

    @Test("instants are ordered, and apart by durations")
    func arithmetic() {
        let later = start.advanced(by: .microseconds(2))
        #expect(later == MonotonicInstant(nanoseconds: 3_000))
        #expect(start < later)
        #expect(later - start == .microseconds(2))
        #expect(start - later == .microseconds(-2))
    }

    @Test("a deadline beyond the end of time is the end of time")
    func saturates() {
        #expect(start.advanced(by: .nanoseconds(Int64.max)).nanoseconds == .max)
        #expect(start.advanced(by: .seconds(Int64.max)).nanoseconds == .max)
        #expect(MonotonicInstant(nanoseconds: -5).advanced(by: .seconds(Int64.min)).nanoseconds == .min)
    }

    @Test("an anchor gives every instant the wall time that it would have had")
    func anchor() {
        let anchor = ClockAnchor(monotonic: start, wall: WallInstant(nanosecondsSinceEpoch: 5_000_000))
        #expect(anchor.wallTime(at: start) == anchor.wall)
        #expect(anchor.wallTime(at: start.advanced(by: .seconds(1))).nanosecondsSinceEpoch == 1_005_000_000)
        #expect(anchor.wallTime(at: MonotonicInstant(nanoseconds: 0)).nanosecondsSinceEpoch == 4_999_000)
    }
}
