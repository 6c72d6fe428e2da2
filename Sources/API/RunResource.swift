import Analysis
import Exposition
import FoundationEssentials
import Measurement
import Runs
import Sampling

/// A run as clients see it.
struct RunResource: Encodable {
    let id: String
    let state: String
    let queuePosition: Int?
    let outcome: String?
    let exitCode: Int32?
    let signal: Int32?
    let error: LaunchFailure?
    let specification: SpecificationResource
    let createdAt: String
    let startedAt: String?
    let endedAt: String?
    let durationSeconds: Double?
    let pid: Int32?
    let totals: [TotalResource]
    let energy: EnergyResource?
    let resourceUsage: UsageResource?
    let sampling: SamplingResource?
    let output: OutputResource?
    let warnings: [String]
    let links: [String: String]

    struct LaunchFailure: Encodable {
        let errno: Int32?
        let message: String
    }

    /// - Parameter showsEnvironment: lists and events leave it out, for it can be long; viewers do not see it.
    init(_ run: Run, showsEnvironment: Bool = true) {
        id = run.id.description
        state = run.state.rawValue
        queuePosition = run.queuePosition
        outcome = run.outcome?.name
        exitCode = if case .exited(let code) = run.outcome { code } else { nil }
        signal = if case .signaled(let signal) = run.outcome { signal } else { nil }
        error =
            if case .launchFailed(let errno, let message) = run.outcome {
                LaunchFailure(errno: errno, message: message)
            } else { nil }
        specification = SpecificationResource(run.specification, showsEnvironment: showsEnvironment)
        createdAt = TimestampText.text(of: run.createdAt)
        startedAt = run.startedAt.map { TimestampText.text(of: $0.wall) }
        endedAt = run.startedAt.flatMap { anchor in
            run.endedAt.map { TimestampText.text(of: anchor.wallTime(at: $0)) }
        }
        durationSeconds = run.duration?.inSeconds
        pid = run.pid
        totals = run.summary?.totals.map(TotalResource.init) ?? []
        energy = run.duration.flatMap { duration in
            EnergySummary(totals: run.summary?.totals ?? [], duration: duration).map {
                EnergyResource($0, attribution: run.attribution)
            }
        }
        resourceUsage = run.summary?.resourceUsage.map(UsageResource.init)
        sampling = run.summary?.sampling.map { SamplingResource($0, interval: run.specification.interval) }
        output = run.output.map(OutputResource.init)
        warnings = run.warnings
        let path = "/runs/\(run.id)"
        links = [
            "self": path, "events": "\(path)/events", "measurements_csv": "\(path)/measurements.csv",
            "measurements_json": "\(path)/measurements.json",
            "metrics": "\(path)/metrics", "power_svg": "\(path)/power.svg", "series": "\(path)/series",
            "stdout": "\(path)/stdout", "stderr": "\(path)/stderr",
        ]
    }
}

/// What was asked for, with all defaults filled in.
struct SpecificationResource: Encodable {
    let command: JSONCommand
    let name: String?
    let labels: [String: String]
    let environment: [String: String]?
    let workingDirectory: String?
    /// How much there is to read; the text itself stays in the store.
    let stdinBytes: Int?
    let events: [String]?
    let interval: String
    let timeout: String?
    let killGrace: String
    let baseline: String?
    let limits: LimitsResource
    let sandbox: String?

    init(_ specification: RunSpecification, showsEnvironment: Bool) {
        command = JSONCommand(command: specification.command)
        name = specification.name
        labels = specification.labels
        environment = showsEnvironment ? specification.environment : nil
        workingDirectory = specification.workingDirectory
        stdinBytes = specification.stdin?.utf8.count
        events = specification.events
        interval = DurationText.format(specification.interval)
        timeout = specification.timeout.map(DurationText.format)
        killGrace = DurationText.format(specification.killGrace)
        baseline = specification.baseline.map(DurationText.format)
        limits = LimitsResource(specification.limits)
        sandbox = specification.sandbox?.rawValue
    }

    /// An array as it was given, or a string.
    struct JSONCommand: Encodable {
        let command: RunSpecification.Command

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch command {
            case .arguments(let arguments): try container.encode(arguments)
            case .shell(let line): try container.encode(line)
            }
        }
    }
}

/// One series over the whole run (so far).
struct TotalResource: Encodable {
    let metric: String
    let unit: String
    let value: JSONNumber?
    /// Why there is no value.
    let unavailable: String?
    let coverage: Double?
    let resource: Place
    let consumer: Place
    let attributes: [String: String]

    struct Place: Encodable {
        let kind: String
        let id: String
    }

    init(_ total: SeriesTotal) {
        metric = total.series.metric.name
        unit = total.series.metric.unit.symbol
        switch total.result {
        case .measured(let value):
            self.value = JSONNumber(value: value)
            unavailable = nil
        case .unavailable(let reason):
            value = nil
            unavailable = reason
        }
        coverage = total.coverage
        resource = Place(kind: total.series.resource.kind, id: total.series.resource.id)
        consumer = Place(kind: total.series.consumer.kind, id: total.series.consumer.id)
        attributes = total.series.attributes
    }
}

/// A whole number as such, others as they are.
struct JSONNumber: Encodable {
    let value: Value

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .integer(let integer): try container.encode(integer)
        case .real(let real): try container.encode(real)
        }
    }
}

/// The machine's energy while the run lasted. Domains overlap: they are not to be added up.
struct EnergyResource: Encodable {
    let domains: [Domain]
    let uncertaintyJoules: Double
    let note: String?
    let attribution: AttributionResource?

    struct Domain: Encodable {
        let domain: String
        let resource: TotalResource.Place
        let joules: Double
        let uncertaintyJoules: Double
    }

    init(_ energy: EnergySummary, attribution: AttributionSummary?) {
        domains = energy.domains.map { domain in
            Domain(
                domain: domain.domain, resource: .init(kind: domain.resource.kind, id: domain.resource.id),
                joules: domain.joules, uncertaintyJoules: domain.uncertaintyJoules)
        }
        uncertaintyJoules = energy.uncertaintyJoules
        note = energy.note
        self.attribution = attribution.map(AttributionResource.init)
    }
}

struct SamplingResource: Encodable {
    let intervalSeconds: Double
    let ticks: UInt64
    let missedTicks: UInt64
    let maximumLatenessSeconds: Double
    let meanLatenessSeconds: Double?
    let lostFrames: UInt64

    init(_ statistics: SamplingStatistics, interval: Duration) {
        intervalSeconds = interval.inSeconds
        ticks = statistics.ticks
        missedTicks = statistics.missedTicks
        maximumLatenessSeconds = statistics.maximumLateness.inSeconds
        meanLatenessSeconds =
            statistics.ticks == 0 ? nil : statistics.totalLateness.inSeconds / Double(statistics.ticks)
        lostFrames = statistics.lostFrames
    }
}
