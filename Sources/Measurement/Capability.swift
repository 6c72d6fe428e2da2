/// Whether something can be measured here.
package enum Availability: Sendable, Hashable {
    case available
    /// A part of it can; the obstacle is in the way of the rest.
    case limited(Obstacle)
    case unavailable(Obstacle)

    /// The word for it in documents: `available`, `limited`, `unavailable`.
    package var word: String {
        switch self {
        case .available: "available"
        case .limited: "limited"
        case .unavailable: "unavailable"
        }
    }

    /// What is in the way; nil where nothing is.
    package var obstacle: Obstacle? {
        switch self {
        case .available: nil
        case .limited(let obstacle), .unavailable(let obstacle): obstacle
        }
    }

    /// Whether there is anything to be had.
    package var isUsable: Bool {
        if case .unavailable = self { false } else { true }
    }
}

/// A part of this program, or something on the machine that it builds on: `perf_event`, `rapl`, `cgroup`, `tracefs`.
package struct Capability: Sendable, Hashable {
    package let name: String
    /// What it is good for.
    package let purpose: String
    /// What was found, such as `SCHED_FIFO` or a path; empty when there is nothing to add.
    package let detail: String
    package let availability: Availability

    package init(name: String, purpose: String, detail: String = "", availability: Availability) {
        self.name = name
        self.purpose = purpose
        self.detail = detail
        self.availability = availability
    }
}
