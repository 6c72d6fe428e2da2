import Measurement

/// What the rate of a counter is, and its unit as it stands in exports.
package enum RateUnit: Sendable, Hashable, CaseIterable {
    /// Watts, of energy.
    case power
    /// CPUs that were busy at a time, of CPU time: nanoseconds per nanosecond.
    case cpuUse
    /// Things that happened in a second, of counts.
    case frequency

    package init(of unit: Unit) {
        switch unit {
        case .joules: self = .power
        case .nanoseconds: self = .cpuUse
        case .count: self = .frequency
        }
    }

    /// `W`, `CPU`, `1/s`.
    package var symbol: String {
        switch self {
        case .power: "W"
        case .cpuUse: "CPU"
        case .frequency: "1/s"
        }
    }

    /// The kind as it stands in exports: `power`, `cpu_use`, `frequency`.
    package var name: String {
        switch self {
        case .power: "power"
        case .cpuUse: "cpu_use"
        case .frequency: "frequency"
        }
    }

    /// How many of the counter's units make one of the rate's numerator.
    package var divisor: Double { self == .cpuUse ? 1e9 : 1 }
}
