import LinuxSystem

/// The PMUs of a machine, as sysfs lists them in `bus/event_source/devices`.
struct PMUDirectory: Sendable {
    let path: String
    /// Whether the tree is that of the running kernel. The type numbers of any other mean other PMUs here.
    let isLive: Bool
    /// The PMUs of the processor's cores where there is more than one type of them; otherwise empty.
    let coreTypes: [CoreType]

    struct CoreType: Sendable, Hashable {
        let name: String
        let type: UInt32
    }

    /// - Parameter isLive: for tests, which take a captured tree for that of the running kernel.
    init(sysfsRoot: String = "/sys", isLive: Bool? = nil) {
        path = "\(sysfsRoot)/bus/event_source/devices"
        self.isLive = isLive ?? (sysfsRoot == "/sys")
        let cores = Self.coreTypes(in: path)
        coreTypes = cores.count > 1 ? cores : []
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
    private static func coreTypes(in path: String) -> [CoreType] {
        ((try? PseudoDirectory.names(in: path)) ?? []).compactMap { name in
            guard (try? PseudoFile.readText("\(path)/\(name)/cpus")) != nil, let type = type(of: name, in: path) else {
                return nil
            }
            return CoreType(name: name, type: type)
        }
    }
}
