import Testing

@testable import Runs

@Suite struct DurationTextTests {
    @Test(
        "a number and a unit are a duration",
        arguments: [
            ("0s", Duration.zero), ("1ns", .nanoseconds(1)), ("250us", .microseconds(250)),
            ("250µs", .microseconds(250)),
            ("250μs", .microseconds(250)), ("100ms", .milliseconds(100)), ("1s", .seconds(1)), ("2m", .seconds(120)),
            ("1h", .seconds(3600)), ("1.5s", .milliseconds(1500)), ("0.5ms", .microseconds(500)), ("007s", .seconds(7)),
            ("1.50000s", .milliseconds(1500)), ("0.000000001s", .nanoseconds(1)), ("0.0000000019s", .nanoseconds(1)),
            ("0.1m", .seconds(6)), ("0.25h", .seconds(900)), ("30d", .seconds(30 * 86400)),
            ("9223372036854775807ns", .nanoseconds(Int64.max)),
            ("9223372036.854775807s", .nanoseconds(Int64.max)), ("1.99ns", .nanoseconds(1)),
        ])
    func parses(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(
        "anything else is none: both a digit before the dot and a unit are needed",
        arguments: [
            "", "s", "1", "1.5", ".5s", "1.s", ".s", ".", "1e3s", "-1s", "+1s", "1 s", " 1s", "1s ", "1,5s", "1_000s",
            "0x1s", "1S", "1MS", "1sec", "1w", "1D", "1.2.3s", "1..2s", "1m30s", "９s", "٣s", "1\0s", "1s\n",
            "1s\u{301}",
            "9223372036854775808ns", "9223372037s", "9223372036.854775808s", "99999999999999999999s", "2562048h", "∞s",
            "nan", "infs", "²s", "½h",
        ])
    func refuses(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        "a duration is written in the largest unit that is exact",
        arguments: [
            (Duration.zero, "0s"), (.nanoseconds(1), "1ns"), (.nanoseconds(1500), "1500ns"),
            (.microseconds(100), "100us"),
            (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"), (.seconds(120), "2m"), (.seconds(7200), "2h"),
            (.seconds(86400), "1d"),
            (.nanoseconds(Int64.max), "9223372036854775807ns"), (.seconds(Int64.max), "9223372036854775807ns"),
        ])
    func formats(duration: Duration, text: String) {
        #expect(DurationText.format(duration) == text)
    }

    @Test("what is written reads back as the same")
    func roundTrip() {
        var nanoseconds: Int64 = 1
        while nanoseconds < Int64.max / 7 {
            for duration in [Duration.nanoseconds(nanoseconds), .nanoseconds(nanoseconds * 6)] {
                #expect(DurationText.parse(DurationText.format(duration)) == duration)
            }
            nanoseconds = nanoseconds * 5 / 2 + 1
        }
    }
}
