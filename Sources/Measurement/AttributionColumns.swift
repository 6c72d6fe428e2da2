/// What it takes to divide the energy of one domain between idleness, a run and everybody else.
package struct AttributionColumns: Sendable, Codable, Hashable {
    /// The domain's energy.
    package let energy: SeriesColumn
    /// The columns whose sum is the busy time of the domain's CPUs, in nanoseconds.
    package let busy: [Int]
    /// How far busy time may be behind the truth: it is brought up to date at a scheduler's tick or a clock's.
    package let busyLag: Duration
    /// The column of the run's CPU time, in nanoseconds.
    package let used: Int
    package let consumer: Consumer
    /// Nil when nobody knows it: then there is only an upper bound.
    package let idle: IdlePower?

    package init(
        energy: SeriesColumn, busy: [Int], busyLag: Duration, used: Int, consumer: Consumer, idle: IdlePower?
    ) {
        self.energy = energy
        self.busy = busy
        self.busyLag = busyLag
        self.used = used
        self.consumer = consumer
        self.idle = idle
    }

    /// The parts, in the order in which they are told.
    package var parts: [EnergyPart] { idle == nil ? [.upperBound] : [.dynamic, .idle, .other] }

    /// The series of one part; the run's own has the run as its consumer.
    package func series(of part: EnergyPart) -> Series {
        var attributes = energy.series.attributes
        attributes["part"] = part.rawValue
        return Series(
            metric: .attributedEnergy, resource: energy.series.resource,
            consumer: part.isOfRun ? consumer : .localMachine, attributes: attributes)
    }
}

/// To whose account a part of a domain's energy goes; the raw value is what stands in exports.
package enum EnergyPart: String, Sendable, Codable, Hashable, CaseIterable {
    /// What the run made the domain draw beyond its idle power.
    case dynamic
    /// What the domain would have drawn anyway.
    case idle
    /// What everybody else made it draw.
    case other
    /// The most that can be the run's, where the idle power is not known: idleness is shared out with the rest.
    case upperBound = "upper_bound"

    package var isOfRun: Bool { self == .dynamic || self == .upperBound }
}
