/// What a metric's numbers are and how far they go. The one table of all metrics: the reference in
/// `docs/measurement.md` is made of it.
package struct MetricDescription: Sendable, Hashable {
    /// The name without a unit; in angle brackets what differs among the metrics of a kind.
    package let pattern: String
    package let units: [Unit]
    package let meaning: String
    /// Which file or system call it is read from.
    package let source: String
    /// By how much it moves at a time.
    package let resolution: String
    /// How far off a run's total may be.
    package let uncertainty: String
    /// When the number does not mean what it seems to.
    package let lies: String

    package init(
        _ pattern: String, _ units: [Unit], meaning: String, source: String, resolution: String, uncertainty: String,
        lies: String
    ) {
        self.pattern = pattern
        self.units = units
        self.meaning = meaning
        self.source = source
        self.resolution = resolution
        self.uncertainty = uncertainty
        self.lies = lies
    }

    /// Whether it describes a metric.
    package func describes(_ metric: Metric) -> Bool {
        let parts = pattern.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false)
        let isNamed = parts.count == 1 ? metric.name == pattern : metric.name.hasPrefix(parts[0])
        return isNamed && units.contains(metric.unit)
    }

    package static let all: [MetricDescription] = ofMachine + EventFamily.allCases.map(\.description)

    private static let ofMachine = [
        MetricDescription(
            Metric.consumedEnergy.name, [Metric.consumedEnergy.unit],
            meaning: "Energy that a domain of the machine used, whoever used it; attribute `domain`: `package`, `pp0` "
                + "(cores), `pp1` (uncore, graphics), `dram`, `platform` (psys).",
            source: "the `power` PMU (`/sys/bus/event_source/devices/power`), or `energy_uj` in "
                + "`/sys/class/powercap/intel-rapl*`",
            resolution: "15 to 61 µJ, brought up to date about once a millisecond",
            uncertainty: "one update of mean power at each end: `uncertainty_joules`",
            lies:
                "when domains are added up (`pp0` is in `package`, `platform` holds all); on processors that estimate "
                + "instead of measuring (before Haswell, AMD); below 10 ms, and then the run says so; after a reset of "
                + "the counter, which is warned of"),
        MetricDescription(
            Metric.attributedEnergy.name, [Metric.attributedEnergy.unit],
            meaning: "The part of a domain's energy that goes to an account; attributes `domain` and `part`: `dynamic` "
                + "(the run), `idle`, `other`, or `upper_bound` where the idle power is not known.",
            source: "computed from the domain's energy, the busy time of the CPUs and the run's CPU time",
            resolution: "one row per window: a sampling interval, or as many as ten updates of the busy time take",
            uncertainty: "that of the energy, and one update of the busy time at each end: `uncertainty_joules`",
            lies: "CPU time is not energy: programs that work a CPU harder get too little, those that wait for memory "
                + "too much; threads of one core are charged alike; work of devices on behalf of the run is in `other` or "
                + "`idle`"),
        MetricDescription(
            Metric.cpuBusyTime.name, [Metric.cpuBusyTime.unit],
            meaning: "Time that the CPUs of a package spent on tasks of any kind; attribute `source` says which of the "
                + "sources it is.",
            source: "`cpuacct.usage_percpu` of the root cgroup (v1), the tracepoint `sched:sched_stat_runtime` on all "
                + "CPUs, or `/proc/stat`",
            resolution: "1 ns, brought up to date at switches and scheduler ticks (1 to 10 ms); `/proc/stat`: 10 ms",
            uncertainty: "one update per CPU",
            lies: "in a virtual machine CPUs are the guest's; a CPU that came online later is missed where there are "
                + "several packages"),
        MetricDescription(
            Metric.cpuTime.name, [Metric.cpuTime.unit],
            meaning: "Time that the run's processes spent on the CPUs of a package; there on machines with several.",
            source: "perf_event_open(2), task clock of the run's cgroup on each CPU",
            resolution: "1 ns, exact at each reading",
            uncertainty: "none but the time from the launch to `execve`, which is in it",
            lies: "when the run's processes are moved to another cgroup"),
    ]
}
