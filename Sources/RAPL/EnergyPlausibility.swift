import Measurement

/// Tells a counter that went round from one that was set back, by the power that a round would mean.
enum EnergyPlausibility {
    /// No domain draws more: the largest servers stay below 10 kW as a whole.
    static let maximumWatts = 10_000.0

    /// Counters move in ticks of about a millisecond, so that a tick that was due can fall into a shorter interval.
    static let slack = Duration.milliseconds(10)

    /// Whether so much energy can have been consumed in so much time.
    ///
    /// CLOCK_MONOTONIC stands still while the machine is suspended: energy consumed in between is rather judged a
    /// reset, which is right, for counters usually start anew on resume.
    static func isPlausible(joules: Double, over elapsed: Duration) -> Bool {
        joules <= maximumWatts * (elapsed + slack).inSeconds
    }
}
