import Analysis
import Measurement
import Runs

/// How the machine's energy divides between a run and others.
struct AttributionResource: Encodable {
    let method =
        "per window: idle = min(E, P * dt), dynamic = (E - idle) * R / max(B, R), other = the rest; E energy, P idle "
        + "power, B busy time of the CPUs, R CPU time of the run"
    let busyTimeSource: String
    let domains: [Domain]
    let notes: [String]

    struct Domain: Encodable {
        let domain: String
        let resource: TotalResource.Place
        let idlePower: IdlePowerResource?
        let dynamicJoules: Double?
        let idleJoules: Double?
        let otherJoules: Double?
        let upperBoundJoules: Double?
        let uncertaintyJoules: Double
    }

    init(_ summary: AttributionSummary) {
        busyTimeSource = summary.busyTimeSource
        notes = summary.notes
        domains = summary.domains.map { domain in
            Domain(
                domain: domain.domain, resource: .init(kind: domain.resource.kind, id: domain.resource.id),
                idlePower: domain.idle.map(IdlePowerResource.init), dynamicJoules: domain.parts[.dynamic],
                idleJoules: domain.parts[.idle], otherJoules: domain.parts[.other],
                upperBoundJoules: domain.parts[.upperBound], uncertaintyJoules: domain.uncertaintyJoules)
        }
    }
}

/// An idle power and where it comes from.
struct IdlePowerResource: Encodable {
    let watts: Double
    /// `learned` or `measured`.
    let origin: String
    let windows: Int?
    let ageSeconds: Double?
    let durationSeconds: Double?
    let busyShare: Double?

    init(_ power: IdlePower) {
        watts = power.watts
        switch power.origin {
        case .learned(let windows, let age):
            origin = "learned"
            self.windows = windows
            ageSeconds = age.inSeconds
            durationSeconds = nil
            busyShare = nil
        case .measured(let duration, let busyShare):
            origin = "measured"
            windows = nil
            ageSeconds = nil
            durationSeconds = duration.inSeconds
            self.busyShare = busyShare
        }
    }
}
