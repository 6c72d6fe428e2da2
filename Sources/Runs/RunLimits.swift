/// What a run may use at most.
package struct RunLimits: Sendable, Codable, Hashable {
    /// Bytes of memory; nil for no limit.
    package var memory: UInt64?
    /// Processes and threads at a time, the main process included; nil for no limit.
    package var processes: UInt64?
    /// CPU time of each process on its own; nil for no limit.
    package var cpuSeconds: UInt64?
    /// Bytes that are kept of each of stdout and stderr. What is beyond is dropped, and the command does not notice.
    package var output: UInt64

    package static let defaultOutput: UInt64 = 16 << 20
    /// Below this no program comes to its first instruction.
    package static let smallestMemory: UInt64 = 1 << 20

    package init(
        memory: UInt64? = nil, processes: UInt64? = nil, cpuSeconds: UInt64? = nil, output: UInt64 = defaultOutput
    ) {
        self.memory = memory
        self.processes = processes
        self.cpuSeconds = cpuSeconds
        self.output = output
    }

    /// What is wrong with them.
    var faults: [SpecificationFault] {
        var faults: [SpecificationFault] = []
        if let memory, memory < Self.smallestMemory {
            faults.append(.init("/limits/memory", "must be \(Self.smallestMemory) bytes (1MiB) at least"))
        }
        if processes == 0 { faults.append(.init("/limits/processes", "must be 1 at least: the command itself is one")) }
        if cpuSeconds == 0 { faults.append(.init("/limits/cpu_seconds", "must be 1 at least")) }
        return faults
    }
}

extension KeyedDecodingContainer {
    /// Specifications that were stored before there were limits have none: the compiler's `init(from:)` comes here.
    func decode(_ type: RunLimits.Type, forKey key: Key) throws -> RunLimits {
        try decodeIfPresent(type, forKey: key) ?? RunLimits()
    }
}
