extension Metric {
    /// The energy that a RAPL domain has used, in joules.
    package static let consumedEnergy = Metric(name: "rapl_consumed_energy", unit: .joules)

    /// The time that the CPUs of a package spent on tasks of any kind, the idle task left out; in nanoseconds.
    ///
    /// Rises by at most the number of CPUs × the time that has passed. What interrupts take is in it only where the
    /// source counts it; which source that is stands in the attribute `source` of its series.
    package static let cpuBusyTime = Metric(name: "cpu_busy_time", unit: .nanoseconds)

    /// The time that the processes of a run spent on the CPUs of a package; in nanoseconds.
    package static let cpuTime = Metric(name: "cpu_time", unit: .nanoseconds)

    /// The part of a domain's energy that is laid to a consumer's account, in joules; see `Attribution` in `Analysis`.
    package static let attributedEnergy = Metric(name: "attributed_energy", unit: .joules)
}
