/// One event that could be asked for, and whether it can be counted here.
package struct EventCapability: Sendable, Hashable {
    /// As it is asked for: `CPU_CYCLES`, `sched:sched_switch`, `msr/tsc/`.
    package let name: String
    /// Other spellings that mean the same, such as perf's.
    package let aliases: [String]
    package let family: EventFamily
    /// Nil where the event is not understood, so that nobody knows what its numbers would be.
    package let metric: Metric?
    /// What it counts, for people.
    package let summary: String
    package let availability: Availability

    package init(
        name: String, aliases: [String] = [], family: EventFamily, metric: Metric?, summary: String,
        availability: Availability
    ) {
        self.name = name
        self.aliases = aliases
        self.family = family
        self.metric = metric
        self.summary = summary
        self.availability = availability
    }
}

/// A family of events, and how many of them the machine shows.
package struct EventFamilyCapability: Sendable, Hashable {
    package let family: EventFamily
    /// Events that can be listed; nil for a family without a list.
    package let count: Int?
    package let availability: Availability

    package init(family: EventFamily, count: Int?, availability: Availability) {
        self.family = family
        self.count = count
        self.availability = availability
    }
}
