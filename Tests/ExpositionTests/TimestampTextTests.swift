import Exposition
import Foundation
import Measurement
import Testing

@Suite struct TimestampTextTests {
    @Test(
        "Points in time as RFC 3339 with nine digits",
        arguments: [
            (0, "1970-01-01T00:00:00.000000000Z"), (1, "1970-01-01T00:00:00.000000001Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"), (1_715_722_129_416_768_909, "2024-05-14T21:28:49.416768909Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
            (1_709_251_199_999_999_999, "2024-02-29T23:59:59.999999999Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
            (.max, "2262-04-11T23:47:16.854775807Z"), (.min, "1677-09-21T00:12:43.145224192Z"),
        ] as [(Int64, String)])
    func table(nanoseconds: Int64, expected: String) {
        var text = TimestampText()
        text.write(WallInstant(nanosecondsSinceEpoch: nanoseconds))
        #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
    }

    @Test("One text written over and over says the same as a fresh one")
    func reuse() {
        var text = TimestampText()
        for seconds in [0, 59, 60, 86_399, 86_400, 86_400, 0, -1] as [Int64] {
            for nanoseconds in [0, 7, 999_999_999] as [Int64] {
                let instant = WallInstant(nanosecondsSinceEpoch: seconds * 1_000_000_000 + nanoseconds)
                var fresh = TimestampText()
                fresh.write(instant)
                text.write(instant)
                #expect(text.bytes == fresh.bytes)
            }
        }
    }

    @Test("Every day of four centuries is the day that Foundation says")
    func days() throws {
        var style = Date.ISO8601FormatStyle(timeZone: try #require(TimeZone(identifier: "UTC")))
        style = style.year().month().day()
        var text = TimestampText()
        for day in stride(from: -100_000, through: 100_000, by: 7) as StrideThrough<Int64> {
            text.write(WallInstant(nanosecondsSinceEpoch: day * 86_400 * 1_000_000_000))
            let expected = Date(timeIntervalSince1970: Double(day) * 86_400).formatted(style)
            #expect(String(decoding: text.bytes.prefix(10), as: UTF8.self) == expected)
        }
    }
}
