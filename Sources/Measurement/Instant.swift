/// A point on CLOCK_MONOTONIC, in nanoseconds since an arbitrary start (boot, on Linux).
///
/// Not affected by steps of the wall clock; stands still while the machine is suspended.
package struct MonotonicInstant: Sendable, Codable, Hashable, Comparable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    /// The instant so much later, or earlier; saturates at the ends of what fits, as "for ever" does.
    package func advanced(by duration: Duration) -> Self {
        let step = duration.wholeNanoseconds
        let (sum, overflow) = nanoseconds.addingReportingOverflow(step)
        return MonotonicInstant(nanoseconds: overflow ? (step < 0 ? .min : .max) : sum)
    }
}

/// A point on the wall clock: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted (CLOCK_REALTIME).
package struct WallInstant: Sendable, Codable, Hashable, Comparable {
    package let nanosecondsSinceEpoch: Int64

    package init(nanosecondsSinceEpoch: Int64) {
        self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }
}

/// Ties the two clocks together at one moment, so that a later step of the wall clock cannot bend a run.
package struct ClockAnchor: Sendable, Codable, Hashable {
    package let monotonic: MonotonicInstant
    package let wall: WallInstant

    package init(monotonic: MonotonicInstant, wall: WallInstant) {
        self.monotonic = monotonic
        self.wall = wall
    }

    /// The wall time that belongs to a monotonic instant, as the wall clock stood at the anchor.
    package func wallTime(at instant: MonotonicInstant) -> WallInstant {
        WallInstant(
            nanosecondsSinceEpoch: wall.nanosecondsSinceEpoch + (instant.nanoseconds - monotonic.nanoseconds))
    }
}

extension Duration {
    /// The duration in whole nanoseconds, saturating at ±292 years.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (nanoseconds, overflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return isTooLong || overflow ? (seconds < 0 ? .min : .max) : nanoseconds
    }

    /// The duration in seconds, as precisely as a double can say it.
    package var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
