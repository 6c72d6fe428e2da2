import Measurement

/// What the machine's energy domains used while a run lasted, and how far off that may be.
///
/// Domains overlap (`pp0` is part of `package`, `platform` holds them all): never add them up.
package struct EnergySummary: Sendable, Codable, Hashable {
    /// In the order of the totals; domains that could not be measured are missing (their totals say why).
    package let domains: [DomainEnergy]
    /// The greatest uncertainty among the domains, in joules.
    package let uncertaintyJoules: Double
    /// What a reader must know before quoting the numbers; nil when there is nothing.
    package let note: String?

    /// Energy counters move about once a millisecond: at each end of the run up to one tick is wrongly in or out.
    package static let counterTick = Duration.milliseconds(1)
    /// Below this, ticks at the ends weigh more than a fifth of the whole.
    package static let shortestMeasurement = Duration.milliseconds(10)

    /// Picks the machine's energy out of a run's totals; nil when none was measured.
    ///
    /// - Parameter duration: from release to exit; without one there is no uncertainty to tell, and nil is returned.
    package init?(totals: [SeriesTotal], duration: Duration) {
        guard duration > .zero else { return nil }
        domains = totals.compactMap { DomainEnergy($0, duration: duration) }
        guard let greatest = domains.map(\.uncertaintyJoules).max() else { return nil }
        uncertaintyJoules = greatest
        note = duration < Self.shortestMeasurement ? Self.tooShort(duration) : nil
    }

    private static func tooShort(_ duration: Duration) -> String {
        "The run lasted \(duration), less than \(shortestMeasurement): energy counters move about once a millisecond, "
            + "so this is no measurement of energy. Let the command do its work many times over."
    }
}

/// The energy of one domain on one resource.
package struct DomainEnergy: Sendable, Codable, Hashable {
    /// `package`, `pp0`, `pp1`, `dram`, `platform`; empty when its source names none.
    package let domain: String
    package let resource: Resource
    package let joules: Double
    /// One counter tick of mean power at each end of the run, in joules; may exceed `joules` in very short runs.
    package let uncertaintyJoules: Double

    /// nil when the total is no energy of the machine, or was not measured.
    init?(_ total: SeriesTotal, duration: Duration) {
        guard total.series.metric.unit == .joules, total.series.metric != .attributedEnergy,
            total.series.consumer == .localMachine,
            case .measured(let value) = total.result
        else { return nil }
        domain = total.series.attributes["domain"] ?? ""
        resource = total.series.resource
        joules = value.asDouble
        uncertaintyJoules = 2 * value.asDouble * EnergySummary.counterTick.inSeconds / duration.inSeconds
    }
}
