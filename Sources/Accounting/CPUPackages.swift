import LinuxSystem

/// Which CPU sits in which package.
struct CPUPackages {
    /// The numbers of the packages, in ascending order.
    let packages: [Int]
    /// By CPU, the place of its package in ``packages``.
    private let places: [Int?]

    /// Asks the topology of the CPUs 0 ..< count under a sysfs root, which may be that of a simulated machine.
    ///
    /// A CPU without a topology is offline, or unknown to the simulation: where there is one package, it belongs there;
    /// where there are several it belongs nowhere. nil when no CPU has one.
    init?(cpuCount: Int, sysfsRoot: String) {
        let numbers = (0..<cpuCount).map { try? CPUTopology.package(ofCPU: $0, sysfsRoot: sysfsRoot) }
        let packages = Set(numbers.compactMap { $0 }).sorted()
        guard !packages.isEmpty else { return nil }
        let fallback = packages.count == 1 ? 0 : nil
        places = numbers.map { number in number.flatMap { packages.firstIndex(of: $0) } ?? fallback }
        self.packages = packages
    }

    var cpuCount: Int { places.count }

    /// The place of a CPU's package in ``packages``.
    func place(of cpu: Int) -> Int? { places[cpu] }
}
