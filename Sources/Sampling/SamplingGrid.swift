import Measurement

/// The ticks of one interval: all multiples of it on CLOCK_MONOTONIC.
///
/// Grids of intervals that divide each other share their ticks, so 10 ms and 100 ms are read together.
struct SamplingGrid {
    let interval: Int64
    /// The next tick that is due.
    private(set) var next: MonotonicInstant

    init(interval: Duration, after now: MonotonicInstant) {
        self.interval = max(1, interval.wholeNanoseconds)
        next = Self.tick(after: now, interval: self.interval)
    }

    /// What came due by `now`; nil when nothing did. Moves on to the first tick after `now`: late ticks never burst.
    mutating func advance(to now: MonotonicInstant) -> Due? {
        guard next <= now else { return nil }
        let behind = now.nanoseconds - next.nanoseconds
        let due = Due(
            lateness: .nanoseconds(behind), missed: UInt64(behind / interval))
        next = Self.tick(after: now, interval: interval)
        return due
    }

    struct Due: Equatable {
        /// From the first tick that was due to the reading; beyond the interval when ticks were missed.
        let lateness: Duration
        /// Ticks that nobody came for in time.
        let missed: UInt64

        /// What came due on two grids at once: ticks that they share are missed once, and the later one counts.
        func joined(with other: Due?) -> Due {
            guard let other else { return self }
            return Due(lateness: max(lateness, other.lateness), missed: max(missed, other.missed))
        }
    }

    private static func tick(after now: MonotonicInstant, interval: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: (now.nanoseconds / interval + 1) * interval)
    }
}
