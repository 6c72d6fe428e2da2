/// How the CPUs of the real machine are dealt to the packages of a simulated one: in blocks, as numbers rise.
struct SimulatedTopology {
    private let packages: [Int: Int]

    /// - Parameter packages: those that the zones name; none means package 0.
    init(packages: [Int], cpus: [Int]) {
        let numbers = packages.isEmpty ? [0] : Set(packages).sorted()
        let dealt = cpus.enumerated().map { ($1, numbers[$0 * numbers.count / cpus.count]) }
        self.packages = Dictionary(uniqueKeysWithValues: dealt)
    }

    /// For ``SysfsTree``.
    var lines: [String] {
        packages.sorted { $0.key < $1.key }.map { "cpu \($0.key) package \($0.value) die 0" }
    }

    /// What a package's CPUs, nil for all of them, add up to.
    func busyTime(_ times: [Int: Duration], of package: Int?) -> Duration {
        times.reduce(.zero) { sum, entry in
            package == nil || packages[entry.key] == package ? sum + entry.value : sum
        }
    }
}
