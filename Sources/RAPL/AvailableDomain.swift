/// A RAPL counter that was found, opened and read during discovery.
package struct AvailableDomain: Sendable, Hashable {
    package let domain: RAPLDomain
    /// The number of the package in the CPU topology; nil for `platform`, of which there is one per machine.
    package let package: Int?
    /// The number of the die; nil where the package has one counter for all of its dies.
    package let die: Int?
    package let interface: RAPLInterface
    let counter: Counter

    /// What has to be opened to read it.
    enum Counter: Sendable, Hashable {
        /// The directory of a powercap zone, and its `max_energy_range_uj` where that could be read.
        case zone(path: String, maximumMicrojoules: UInt64?)
        /// An event of the `power` PMU on one CPU; `scale` is joules per count.
        case event(type: UInt32, config: UInt64, cpu: Int, scale: Double)
        /// An event of the `power_core` PMU on one CPU of each core of the package, added up.
        case cores(type: UInt32, config: UInt64, cpus: [Int], scale: Double)
    }

    /// The same counter, named without its die or as one of the machine.
    func located(package: Int?, die: Int?) -> AvailableDomain {
        AvailableDomain(domain: domain, package: package, die: die, interface: interface, counter: counter)
    }

    /// Where the counter is found, for messages.
    var origin: String {
        switch counter {
        case .zone(let path, _): path
        case .cores(_, _, let cpus, _): "the power_core PMU on \(cpus.count) cores"
        case .event(_, let config, let cpu, _): "event \(config) of the power PMU on CPU \(cpu)"
        }
    }
}
