/// Who uses the resource.
package enum Consumer: Sendable, Codable, Hashable {
    /// Everything on the machine together.
    case localMachine
    /// A run's main process and all its descendants, by the main process's pid.
    case process(Int32)

    /// The kind as it stands in exports: `process`.
    package var kind: String {
        switch self {
        case .localMachine: "local_machine"
        case .process: "process"
        }
    }

    /// The identifier within the kind; empty where there is only one.
    package var id: String {
        switch self {
        case .localMachine: ""
        case .process(let pid): String(pid)
        }
    }
}
