import Measurement
import SystemPackage

/// Opens what is read of a run's cgroup, by its descriptor.
package typealias CgroupSourceOpener = @Sendable (_ cgroup: Int32) throws(Errno) -> any RunSource

/// How an engine treats all its runs.
package struct RunEngineConfiguration: Sendable {
    package var policy: LaunchPolicy
    /// How many commands run at a time. More than one disturb each other's measurements.
    package var maximumConcurrentRuns = 1
    /// How many may wait.
    package var maximumQueuedRuns = 1000
    /// Nil: descendants are found through `/proc` instead.
    package var cgroups: CgroupHierarchy?
    /// Opens what else is read of a run's cgroup, by its descriptor; nil when there is nothing.
    package var cgroupSource: CgroupSourceOpener?
    /// Where the output of commands is kept; nil to drop it.
    package var output: OutputDirectory?
    /// Whether the store wants sums beside frames (``RunStretches``).
    package var keepsSums = true
    /// How long a launch is tried again and again while descriptors, processes or memory are short.
    package var launchPatience = Duration.zero
    /// The latest that was ever given to a run here; new ones are later, whatever the clock says.
    package var lastID: RunID?
    /// How many names of runs ``RunCensus`` tells apart.
    package var maximumNamesInMetrics = 0
    /// What every run is told about the machine: what of it cannot be measured, and why.
    package var machineWarnings: [String] = []

    package init(policy: LaunchPolicy) {
        self.policy = policy
    }
}
