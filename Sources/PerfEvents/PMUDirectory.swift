import LinuxSystem

/// The PMUs of a machine, as sysfs lists them in `bus/event_source/devices`.
struct PMUDirectory: Sendable {
    let path: String
    /// Whether the tree is that of the running kernel. The type numbers of any other mean other PMUs here.
    let isLive: Bool
    /// The PMUs of the processor's cores that say so; on most of x86 the one PMU, `cpu`, does not.
    private let cores: [CoreType]

    struct CoreType: Sendable, Hashable {
        let name: String
        let type: UInt32
    }

    /// - Parameter isLive: for tests, which take a captured tree for that of the running kernel.
    init(sysfsRoot: String = "/sys", isLive: Bool? = nil) {
        path = "\(sysfsRoot)/bus/event_source/devices"
        self.isLive = isLive ?? (sysfsRoot == "/sys")
        cores = Self.cores(in: path)
    }

    /// The PMUs of the cores where there is more than one type of them; otherwise empty.
    var coreTypes: [CoreType] { cores.count > 1 ? cores : [] }

    /// Who counts the events of a PMU.
    func place(of pmu: String) -> PerfCounterPlace {
        if coreTypes.contains(where: { $0.name == pmu }) { return .cores(pmu: pmu) }
        return pmu == "cpu" || cores.contains { $0.name == pmu } ? .processor : .pmu(pmu)
    }

    /// In alphabetical order.
    var names: [String] { (try? PseudoDirectory.names(in: path)) ?? [] }

    /// - Returns: nil where there is no such PMU, or sysfs does not tell its type.
    func description(of name: String) -> PMUDescription? {
        guard names.contains(name) else { return nil }
        return PMUDescription(name: name, directory: "\(path)/\(name)")
    }

    /// The PMU that has this type.
    func name(ofType type: UInt32) -> String? {
        names.first { Self.type(of: $0, in: path) == type }
    }

    /// The type that the kernel gave to a PMU at boot.
    static func type(of name: String, in path: String) -> UInt32? {
        (try? PseudoFile.readText("\(path)/\(name)/type")).flatMap { UInt32($0) }
    }

    /// A PMU of cores names the CPUs that have them in a file `cpus`; others have a `cpumask` or nothing.
    private static func cores(in path: String) -> [CoreType] {
        ((try? PseudoDirectory.names(in: path)) ?? []).compactMap { name in
            guard (try? PseudoFile.readText("\(path)/\(name)/cpus")) != nil, let type = type(of: name, in: path) else {
                return nil
            }
            return CoreType(name: name, type: type)
        }
    }
}
