/// The part of the machine that is measured.
package enum Resource: Sendable, Codable, Hashable {
    case localMachine
    /// A processor package (socket), by the number in its CPU topology.
    case cpuPackage(Int)
    /// The memory attached to a processor package.
    case dram(Int)

    /// The kind as it stands in exports: `cpu_package`.
    package var kind: String {
        switch self {
        case .localMachine: "local_machine"
        case .cpuPackage: "cpu_package"
        case .dram: "dram"
        }
    }

    /// The identifier within the kind; empty where there is only one.
    package var id: String {
        switch self {
        case .localMachine: ""
        case .cpuPackage(let package), .dram(let package): String(package)
        }
    }
}
