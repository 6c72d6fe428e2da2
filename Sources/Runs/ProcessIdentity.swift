import LinuxSystem

/// What tells a process from a later one with the same pid: its start, and the boot that counts from.
package struct ProcessIdentity: Sendable, Codable, Hashable {
    /// Clock ticks since boot: field 22 of `/proc/<pid>/stat`.
    package let startTicks: UInt64
    /// Random at each boot of the kernel: `/proc/sys/kernel/random/boot_id`.
    package let bootID: String

    package init(startTicks: UInt64, bootID: String) {
        self.startTicks = startTicks
        self.bootID = bootID
    }

    /// Nil when there is no such process, a zombie included.
    init?(of pid: Int32, procRoot: String = "/proc") {
        guard let stat = try? PseudoFile.readText("\(procRoot)/\(pid)/stat"),
            let entry = ProcessTable.parse(stat, pid: pid), let startTicks = entry.startTicks
        else { return nil }
        self.init(startTicks: startTicks, bootID: Self.currentBootID(procRoot: procRoot))
    }

    static func currentBootID(procRoot: String = "/proc") -> String {
        (try? PseudoFile.readText("\(procRoot)/sys/kernel/random/boot_id")) ?? ""
    }
}
