import SystemPackage

/// Where a CPU sits, by `/sys/devices/system/cpu/cpuN/topology`.
package struct CPUTopology {
    /// `physical_package_id`; not necessarily consecutive, and not the position in any list.
    package let package: Int
    /// `die_id`, unique within the package; nil before Linux 5.2, which did not know dies.
    package let die: Int?

    /// - Throws: as ``package(ofCPU:sysfsRoot:)``.
    package init(cpu: Int, sysfsRoot: String) throws(Errno) {
        package = try Self.package(ofCPU: cpu, sysfsRoot: sysfsRoot)
        let die = try? PseudoFile.readText("\(Self.directory(ofCPU: cpu, sysfsRoot))/die_id")
        self.die = die.flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
    }

    /// The package alone, which is one file instead of two.
    ///
    /// - Throws: what the system answers for `physical_package_id`, `invalidArgument` for one that is no number
    ///   (the kernel says -1 where firmware does not tell).
    package static func package(ofCPU cpu: Int, sysfsRoot: String) throws(Errno) -> Int {
        let text = try PseudoFile.readText("\(directory(ofCPU: cpu, sysfsRoot))/physical_package_id")
        guard let package = Int(text), package >= 0 else { throw .invalidArgument }
        return package
    }

    private static func directory(ofCPU cpu: Int, _ sysfsRoot: String) -> String {
        "\(sysfsRoot)/devices/system/cpu/cpu\(cpu)/topology"
    }

    /// The CPUs of a `cpumask` or `cpulist` file.
    ///
    ///     0,24
    ///     0-3,8
    ///
    /// nil for anything else, also for a range that runs backwards or has more than 65,536 CPUs.
    package static func parseList(_ text: String) -> [Int]? {
        var cpus: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = parseRange(part) else { return nil }
            cpus += range
        }
        return cpus
    }

    private static func parseRange(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        switch ends.count {
        case 1: return ends[0].map { Int($0)...Int($0) }
        case 2:
            guard let first = ends[0], let last = ends[1], first <= last else { return nil }
            return Int(first)...Int(last)
        default: return nil
        }
    }
}
