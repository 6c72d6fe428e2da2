import Measurement

/// How well the sampler kept its appointments during a run.
package struct SamplingStatistics: Sendable, Codable, Hashable {
    /// Ticks at which the run's sources were read.
    package var ticks: UInt64 = 0
    /// Ticks that were skipped because the sampler came too late for them.
    package var missedTicks: UInt64 = 0
    /// The longest time from a tick's deadline to its reading.
    package var maximumLateness: Duration = .zero
    package var totalLateness: Duration = .zero
    /// Frames that were due and then lost because those before them had not been stored in time.
    package var lostFrames: UInt64 = 0

    /// Counters of the machine that were found set back: what they had counted before is missing in the totals.
    package var setbacks: Int?

    package init() {}

    mutating func record(_ due: SamplingGrid.Due) {
        ticks += 1
        missedTicks += due.missed
        totalLateness += due.lateness
        maximumLateness = max(maximumLateness, due.lateness)
    }
}
