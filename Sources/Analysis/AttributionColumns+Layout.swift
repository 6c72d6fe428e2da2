import Measurement

extension SourceLayout {
    /// The layout with the columns that its energy is divided by; itself where something that takes is missing: energy,
    /// the busy time of the CPUs, or the CPU time of the run.
    ///
    /// - Parameter idlePowers: by the series of the domain's energy.
    package func attributing(by idlePowers: [Series: IdlePower]) -> SourceLayout {
        guard let used = series.first(where: \.isCPUTimeOfRun) else { return self }
        let attributions = energyColumns.compactMap { energy -> AttributionColumns? in
            guard !busyColumns.isEmpty else { return nil }
            return AttributionColumns(
                energy: energy, busy: busyColumns.map(\.column), busyLag: busyLag, used: used.column,
                consumer: used.series.consumer, idle: idlePowers[energy.series])
        }
        return SourceLayout(
            columnCount: columnCount, series: series, attributions: attributions.isEmpty ? nil : attributions)
    }

    /// Whether the machine's part has what it takes to divide energy.
    package var hasAttributableEnergy: Bool { !energyColumns.isEmpty && !busyColumns.isEmpty }

    /// The energy domains of the machine.
    var energyColumns: [SeriesColumn] {
        series.filter { $0.series.metric.unit == .joules && $0.series.consumer == .localMachine }
    }

    /// The busy time of all CPUs, package by package.
    ///
    /// All of them count for every domain, because nothing says on which package a run spent its CPU time: it gets
    /// the same share of each.
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
