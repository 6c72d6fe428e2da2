/// How often a counter of powercap must be read so that no round is missed.
enum CounterRange {
    /// Sentences about counters that may go round more than once in the second between two readings at most: nothing
    /// shows that afterwards. Real ones have room for 65 kJ and more.
    static func warnings(about domains: [AvailableDomain]) -> [String] {
        domains.compactMap { domain in
            guard case .zone(let path, let maximum?) = domain.counter,
                Double(maximum) / 1e6 < EnergyPlausibility.maximumWatts
            else { return nil }
            return "\(path)/energy_uj goes round after \(maximum) µJ, and is read once a second at least: beyond "
                + "\(Double(maximum) / 1e6) W it must be read more often, or whole rounds are lost"
        }
    }
}
