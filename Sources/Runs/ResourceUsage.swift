/// What the kernel charged to a run: `wait4` of the main process and the descendants that it waited for (getrusage(2)),
/// and the run's cgroup where it had one. ``RunAccount`` chooses between the two.
///
/// `wait4` lies by omission: descendants that nobody waited for are missing.
package struct ResourceUsage: Sendable, Codable, Hashable {
    package var userTime: Duration
    package var systemTime: Duration
    package var minorPageFaults: Int
    package var majorPageFaults: Int
    package var voluntaryContextSwitches: Int
    package var involuntaryContextSwitches: Int
    /// Blocks of 512 bytes that were read from, or are to be written to, a block device.
    package var blocksRead: Int
    package var blocksWritten: Int
    /// The largest resident set of one process, and of its launcher: a child begins with the peak of the process that
    /// spawned it.
    package var maximumResidentBytes: UInt64?
    /// The largest resident set of the launcher by the time of the launch.
    package var launcherResidentBytes: UInt64?
    package var cgroup: CgroupUsage?

    package init(
        userTime: Duration, systemTime: Duration, minorPageFaults: Int, majorPageFaults: Int,
        voluntaryContextSwitches: Int, involuntaryContextSwitches: Int, blocksRead: Int, blocksWritten: Int
    ) {
        self.userTime = userTime
        self.systemTime = systemTime
        self.minorPageFaults = minorPageFaults
        self.majorPageFaults = majorPageFaults
        self.voluntaryContextSwitches = voluntaryContextSwitches
        self.involuntaryContextSwitches = involuntaryContextSwitches
        self.blocksRead = blocksRead
        self.blocksWritten = blocksWritten
    }
}

/// What a run's cgroup v2 had on its account when the main process had ended: of all that was born in it, waited for or
/// not.
package struct CgroupUsage: Sendable, Codable, Hashable {
    /// `usage_usec` of `cpu.stat`; the sum of the two others but for rounding.
    package var cpuTime: Duration
    package var userTime: Duration
    package var systemTime: Duration
    /// `memory.peak`: of all processes together, page cache and kernel memory included. Nil without the controller, and
    /// before Linux 5.19.
    package var peakMemoryBytes: UInt64?
    /// `rbytes` of `io.stat`, of all devices. Nil without the controller.
    package var bytesRead: UInt64?
    /// `wbytes` of `io.stat`: what has reached the devices so far.
    package var bytesWritten: UInt64?

    package init(cpuTime: Duration, userTime: Duration, systemTime: Duration) {
        self.cpuTime = cpuTime
        self.userTime = userTime
        self.systemTime = systemTime
    }
}
