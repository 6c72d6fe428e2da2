import LinuxSystem
import Measurement

/// What the sampler knows of the machine and of itself; at most a heartbeat old.
package struct SamplerStatus: Sendable {
    /// The machine's values at the last heartbeat, one per column of its layout; nil before the first.
    package var machine: MachineReading?
    /// The machine's first value of each column, most from when the sampler started: what counters are compared with.
    package var baseline: MachineReading?
    /// Since the sampler started, heartbeats included.
    package var ticks: UInt64 = 0
    /// Deadlines that nobody came for; one that several runs share is missed once.
    package var missedTicks: UInt64 = 0
    package var lateness = Histogram(bounds: Self.latenessBounds)
    /// How long the readings of a tick took, in seconds.
    package var readTime = Histogram(bounds: Self.readTimeBounds)
    /// Failed readings of the machine's sources and of all runs'.
    package var readErrors = ReadErrors()
    /// How often the machine's counters have gone round, and how often they were set back.
    package var counterWraps = 0
    package var counterResets = 0
    /// What the kernel gave the sampling thread.
    package var policy = SchedulingPolicy.other

    /// In seconds: from what an idle machine does to what an overloaded one does.
    static let latenessBounds = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1, 1]

    /// In seconds: from one powercap file to hundreds of runs whose counters other CPUs must be asked for.
    static let readTimeBounds = [
        0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1,
    ]

    package struct MachineReading: Sendable {
        package fileprivate(set) var instant: MonotonicInstant
        package fileprivate(set) var values: [Int64]

        /// Takes over values of columns that had none, in place.
        mutating func fill(_ newer: [Int64]) {
            for column in newer.indices where values[column] == absentValue { values[column] = newer[column] }
        }

        /// Takes over newer values, in place.
        mutating func update(_ newer: [Int64], at now: MonotonicInstant) {
            instant = now
            for column in newer.indices { values[column] = newer[column] }
        }
    }

    /// A copy that shares no memory with this value: were an array shared, the sampling thread's next write to it
    /// would have to allocate.
    func separated() -> SamplerStatus {
        var copy = self
        copy.machine?.values = machine!.values.map { $0 }
        copy.baseline?.values = baseline!.values.map { $0 }
        copy.lateness = lateness.separated()
        copy.readTime = readTime.separated()
        return copy
    }
}

extension SamplerStatus {
    /// Whether a column of the machine has shown that it works: one that must move to be believed, and has not since its
    /// first value, is a dead one. Nil before there is a value to tell by.
    package func hasProvedItself(_ column: SeriesColumn) -> Bool? {
        guard let now = machine?.values[column.column], let start = baseline?.values[column.column],
            now != absentValue, start != absentValue
        else { return nil }
        return !column.provesItselfByMoving || now != start
    }
}
