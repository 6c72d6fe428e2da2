/// A named quantity with its unit: `rapl_consumed_energy` in joules.
///
/// Every metric of this instrument is a counter: it only rises while its source lives.
package struct Metric: Sendable, Codable, Hashable {
    /// The name without a unit, as in `perf_software_PAGE_FAULTS`.
    package let name: String
    package let unit: Unit

    package init(name: String, unit: Unit) {
        self.name = name
        self.unit = unit
    }

    /// The name with the unit's symbol behind it: `rapl_consumed_energy_J`. A plain count has no suffix.
    package var nameWithUnit: String { unit == .count ? name : "\(name)_\(unit.symbol)" }
}
