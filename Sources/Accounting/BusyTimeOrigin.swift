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
}
