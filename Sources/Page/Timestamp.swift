import Exposition
import Measurement

/// A point in time for people: UTC, to the second, with the whole of it behind.
enum Timestamp {
    static func html(_ instant: WallInstant) -> HTML {
        let text = TimestampText.text(of: instant)
        return "<time datetime=\"\(text)\" title=\"\(text)\">\(day(text)) \(clock(text))</time>"
    }

    private static func day(_ text: String) -> Substring { text.prefix(10) }

    private static func clock(_ text: String) -> Substring { text.dropFirst(11).prefix(8) }
}
