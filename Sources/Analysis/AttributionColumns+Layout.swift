import Measurement

extension SourceLayout {
    /// The layout with the columns that its energy is divided by; itself where something that takes is missing: energy,
    /// the busy time of the CPUs, or the CPU time of the run.
    ///
    /// - Parameter idlePowers: by the series of the domain's energy.
    package func attributing(by idlePowers: [Series: IdlePower]) -> SourceLayout {
        guard !busyColumns.isEmpty, let used = series.first(where: \.isCPUTimeOfRun) else { return self }
        let attributions = energyColumns.map { energy in
            let own = ownColumns(of: energy.series.resource)
            return AttributionColumns(
                energy: energy, busy: own?.busy ?? busyColumns.map(\.column), busyLag: busyLag,
                used: own?.used ?? used.column, consumer: used.series.consumer, idle: idlePowers[energy.series])
        }
        return SourceLayout(
            columnCount: columnCount, series: series, attributions: attributions.isEmpty ? nil : attributions)
    }

    /// Whether the machine's part has what it takes to divide energy.
    package var hasAttributableEnergy: Bool { !energyColumns.isEmpty && !busyColumns.isEmpty }

    /// Where the busy time comes from; nil where it is not read.
    package var busyTimeSource: String? { busyColumns.first?.series.attributes["source"] }

    /// The energy domains of the machine.
    var energyColumns: [SeriesColumn] {
        series.filter { $0.series.metric.unit == .joules && $0.series.consumer == .localMachine }
    }

    /// The busy time of a domain's package and the run's CPU time on it; nil where nobody tells on which package the run
    /// was, and for what belongs to no package. Then the run gets the share that it has of the whole machine.
    private func ownColumns(of resource: Resource) -> (busy: [Int], used: Int)? {
        guard let used = series.first(where: { $0.series.metric == .cpuTime && $0.series.resource.id == resource.id }),
            let busy = busyColumns.first(where: { $0.series.resource.id == resource.id })
        else { return nil }
        return ([busy.column], used.column)
    }

    /// The busy time of all CPUs, package by package.
    var busyColumns: [SeriesColumn] { series.filter { $0.series.metric == .cpuBusyTime } }

    /// The worst of them; a clock tick of the kernel's statistics where they do not say.
    var busyLag: Duration { busyColumns.compactMap(\.lag).max() ?? .milliseconds(10) }
}

extension SeriesColumn {
    /// Whether it is the time that a run's processes spent on CPUs, in both modes.
    fileprivate var isCPUTimeOfRun: Bool {
        series.consumer != .localMachine && series.metric.name == "perf_software_TASK_CLOCK"
            && series.attributes.isEmpty
    }
}
