/// The unit that a metric is counted in.
///
/// The raw value is the unit's symbol as it stands in exports (`J`, `ns`); a plain count has none.
package enum Unit: String, Sendable, Codable, Hashable, CaseIterable {
    /// A dimensionless number of things that happened.
    case count = ""
    /// Energy.
    case joules = "J"
    /// Time, as the kernel counts it.
    case nanoseconds = "ns"

    /// What stands behind `_` at the end of a metric's name; empty for a plain count.
    package var symbol: String { rawValue }
}
