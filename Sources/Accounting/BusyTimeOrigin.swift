import Glibc

/// Where the busy time of the CPUs comes from, the best first; the raw value is the attribute `source` of its series.
///
/// All three count the kernel's threads, and none counts steal time or the idle task.
package enum BusyTimeOrigin: String, Sendable, Codable, Hashable, CaseIterable {
    /// `cpuacct.usage_percpu` of the root cgroup (v1): the scheduler's own account in nanoseconds, brought up to date at
    /// each switch and each tick of a CPU (1 … 10 ms).
    case cpuacct
    /// The tracepoint `sched:sched_stat_runtime` on every CPU, whose count is nanoseconds: the same account at the same
    /// moments. Each reading interrupts each CPU, and each switch on the machine takes some 150 ns longer.
    case schedStatRuntime = "sched_stat_runtime"
    /// `/proc/stat`: on most kernels a guess from what ran when a tick came, told in steps of 10 ms per CPU. With time
    /// in interrupts. In an LXC container it may be that of the container.
    case procStat = "proc_stat"

    /// How far a reading may be behind the truth on each CPU: a tick of the scheduler, or a step of `/proc/stat`.
    package var lag: Duration {
        switch self {
        case .cpuacct, .schedStatRuntime: Self.schedulerTick
        case .procStat: max(.milliseconds(10), Self.schedulerTick)
        }
    }

    /// CONFIG_HZ, as the coarse clock shows it: that moves once per tick.
    private static let schedulerTick: Duration = {
        var resolution = timespec()
        guard clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) == 0, resolution.tv_nsec > 0 else {
            return .milliseconds(10)
        }
        return .nanoseconds(resolution.tv_nsec)
    }()
}
