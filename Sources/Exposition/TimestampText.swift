import Measurement

/// Writes points in time as RFC 3339, UTC, with nine fractional digits: `2024-05-14T21:28:49.416768909Z`.
///
/// Keeps what it wrote last: all rows of a frame share one timestamp, and all frames of a second share its date.
/// Leap seconds are not known to the clock and so not to this. Years 1677 to 2262.
package struct TimestampText: Sendable {
    /// The last instant written, 30 bytes.
    package private(set) var bytes = [UInt8]("1970-01-01T00:00:00.000000000Z".utf8)
    /// Since the epoch.
    private var nanoseconds: Int64 = 0
    private var second: Int64 = 0

    package init() {}

    @inline(__always)
    package mutating func write(_ new: WallInstant) {
        let new = new.nanosecondsSinceEpoch
        if new == nanoseconds { return }
        nanoseconds = new
        let (second, fraction) = Self.floorDivide(new, by: 1_000_000_000)
        if second != self.second { writeSecond(second) }
        put(fraction, digits: 9, at: 20)
    }

    private mutating func writeSecond(_ second: Int64) {
        self.second = second
        let (day, rest) = Self.floorDivide(second, by: 86_400)
        let date = Self.date(ofDay: day)
        put(date.year, digits: 4, at: 0)
        put(date.month, digits: 2, at: 5)
        put(date.day, digits: 2, at: 8)
        put(rest / 3600, digits: 2, at: 11)
        put(rest / 60 % 60, digits: 2, at: 14)
        put(rest % 60, digits: 2, at: 17)
    }

    private mutating func put(_ value: Int64, digits: Int, at start: Int) {
        var rest = UInt64(truncatingIfNeeded: value)
        for index in stride(from: start + digits - 1, through: start, by: -1) {
            bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// The Gregorian date of a day counted from 1970-01-01.
    ///
    /// Counts in years that begin in March, so that the leap day is the last of its year (Howard Hinnant's
    /// `civil_from_days`): 146,097 days in 400 years, and the months' lengths follow from 153 days in five months.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension TimestampText {
    /// A single timestamp: `2024-05-14T21:28:49.416768909Z`.
    package static func text(of instant: WallInstant) -> String {
        var text = TimestampText()
        text.write(instant)
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
