import LinuxSystem
import Measurement
import SystemPackage

/// Tells on which package a run spends its CPU time, on machines that have several.
///
/// perf's counters of a process tree say how much, not where; those of a cgroup are opened CPU by CPU.
package struct RunCPUTimeBackend: Sendable {
    private let cpus: [Int]
    private let packages: CPUPackages

    /// Nil on machines with one package, where there is nothing to tell.
    ///
    /// - Parameter sysfsRoot: where the packages of the CPUs are looked up; the CPUs are the real ones.
    package init?(sysfsRoot: String = "/sys") {
        guard let online = try? PseudoFile.readText("/sys/devices/system/cpu/online"),
            let cpus = CPUTopology.parseList(online), let last = cpus.max(),
            let packages = CPUPackages(cpuCount: last + 1, sysfsRoot: sysfsRoot), packages.packages.count > 1
        else { return nil }
        self.cpus = cpus
        self.packages = packages
    }

    /// Opens a counter on every CPU for what the cgroup's processes do there from now on.
    ///
    /// - Parameter cgroup: a descriptor of its directory in the hierarchy v2.
    /// - Throws: EACCES without CAP_PERFMON and at `kernel.perf_event_paranoid` above 0.
    package func open(cgroup: Int32) throws(Errno) -> any RunSource {
        try RunCPUTimeSource(cgroup: cgroup, cpus: cpus, packages: packages)
    }
}
