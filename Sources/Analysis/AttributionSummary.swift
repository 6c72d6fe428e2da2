import Measurement

/// How the energy of the machine's domains divides between a run and others, and how far off that may be.
///
/// Domains overlap (`pp0` is part of `package`): never add them up.
package struct AttributionSummary: Sendable, Hashable {
    /// In the order of the energy series; domains whose energy was not measured are missing.
    package let domains: [AttributedDomain]
    /// Where the busy time of the CPUs comes from.
    package let busyTimeSource: String
    /// What a reader must know before quoting the numbers, in sentences.
    package let notes: [String]

    /// Nil when nothing was attributed.
    package init?(layout: SourceLayout, totals: [SeriesTotal], duration: Duration) {
        guard let attributions = layout.attributions, duration > .zero else { return nil }
        let results = Dictionary(totals.map { ($0.series, $0.result) }, uniquingKeysWith: { first, _ in first })
        let busyNanoseconds = layout.busyColumns.compactMap { results[$0.series]?.number }.reduce(0, +)
        domains = attributions.compactMap {
            AttributedDomain($0, results: results, busyNanoseconds: busyNanoseconds, duration: duration)
        }
        guard !domains.isEmpty else { return nil }
        busyTimeSource = layout.busyTimeSource ?? ""
        let isShareOfMachine = attributions.contains { $0.energy.series.resource != .localMachine && $0.busy.count > 1 }
        notes = Self.notes(domains, isShareOfMachine: isShareOfMachine)
    }

    private static func notes(_ domains: [AttributedDomain], isShareOfMachine: Bool) -> [String] {
        var notes: [String] = []
        if domains.contains(where: { $0.idle == nil }) {
            notes.append(
                "The idle power is not known, so that only an upper bound can be told: let the machine rest for some "
                    + "seconds before a run, or ask for a baseline.")
        }
        let shares = domains.compactMap { domain -> Double? in
            if case .measured(_, let share) = domain.idle?.origin { share } else { nil }
        }
        if let share = shares.max(), share >= IdlePowerEstimate.quietBusyShare {
            let percent = (share * 1000).rounded() / 10
            notes.append(
                "The baseline was not quiet: the CPUs were busy for \(percent) % of it, so that the idle power is too "
                    + "high and the run's part too low.")
        }
        if isShareOfMachine {
            notes.append(
                "The machine has several packages, and nothing said on which of them the run spent its CPU time, which "
                    + "takes a cgroup v2 and CAP_PERFMON: it gets the same share of each.")
        }
        return notes
    }
}

/// The energy of one domain, divided.
package struct AttributedDomain: Sendable, Hashable {
    /// `package`, `pp0`, `pp1`, `dram`, `platform`.
    package let domain: String
    package let resource: Resource
    package let idle: IdlePower?
    /// In joules; they add up to the domain's energy, an upper bound excepted.
    package let parts: [EnergyPart: Double]
    /// How far off the run's part may be because counters are brought up to date now and then only, at both ends of the
    /// run; in joules. That CPU time is not energy is not in it.
    package let uncertaintyJoules: Double

    /// The run's part, or its upper bound.
    package var runJoules: Double { parts[.dynamic] ?? parts[.upperBound] ?? 0 }

    /// Nil when the energy was not measured.
    init?(
        _ columns: AttributionColumns, results: [Series: SeriesTotal.Result], busyNanoseconds: Double,
        duration: Duration
    ) {
        domain = columns.energy.series.attributes["domain"] ?? ""
        resource = columns.energy.series.resource
        idle = columns.idle
        let measured = columns.parts.compactMap { part in
            results[columns.series(of: part)]?.number.map { (part, $0) }
        }
        guard measured.count == columns.parts.count,
            let whole = results[columns.energy.series]?.number
        else { return nil }
        parts = Dictionary(uniqueKeysWithValues: measured)
        let run = parts[.dynamic] ?? parts[.upperBound] ?? 0
        let tick = 2 * whole * EnergySummary.counterTick.inSeconds / duration.inSeconds
        let cpus = (busyNanoseconds / 1e9 / duration.inSeconds).rounded(.up)
        let late = 2 * columns.busyLag.inSeconds * 1e9 * cpus
        let unknownShare = busyNanoseconds > 0 ? min(1, late / busyNanoseconds) : 1
        uncertaintyJoules = tick + run * unknownShare
    }
}

extension SeriesTotal.Result {
    fileprivate var number: Double? {
        if case .measured(let value) = self { value.asDouble } else { nil }
    }
}
