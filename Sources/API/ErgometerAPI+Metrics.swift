import Exposition
import HTTPServer
import Measurement
import Runs
import Sampling

extension ErgometerAPI {
    /// `GET /metrics`: the machine and all runs together, as Prometheus scrapes them. Reads no sensor.
    func showMetrics(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        return .now(pages.page(for: request, runs: engine.counts) { makeMetrics(request, engine.census) })
    }

    private func makeMetrics(_ request: HTTPRequest, _ census: RunCensus) -> HTTPResponse {
        let format = PrometheusText.Format(acceptedBy: request)
        var page = PrometheusText(format, reservingCapacity: 16 * 1024)
        let status = sampler.status
        page.addMachineEnergy(status, layout: sampler.machineLayout)
        page.addRuns(census)
        page.addSampler(status)
        page.addBackends(backends)
        page.addHTTP(statistics.snapshot)
        page.addProcess(.now)
        page.family("ergometer_build_info", .gauge, help: "Always 1; the version is in the label.")
        page.sample(1, labels: ["version": Self.version])
        return page.response(to: request, in: format)
    }

    package static let version = "0.1.0"
}

extension PrometheusText {
    fileprivate mutating func addMachineEnergy(_ status: SamplerStatus, layout: SourceLayout) {
        let columns = layout.series.filter { $0.series.metric.unit == .joules && status.hasProvedItself($0) == true }
        guard !columns.isEmpty else { return }
        family(
            "ergometer_rapl_energy_joules_total", .counter,
            help: "Energy that a RAPL domain of the machine has used since the server started.")
        for column in columns {
            guard let raw = status.machine?.values[column.column], raw != absentValue else { continue }
            sample(
                Double(raw) * column.multiplier / column.divisor,
                labels: Labels(labels(of: column.series.attributes, on: column.series.resource)))
        }
    }

    /// The attributes in order of their names, and the package where there is one.
    func labels(
        of attributes: [String: String], on resource: Resource
    ) -> [(name: String, value: String)] {
        let labels = attributes.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        return resource.id.isEmpty ? labels : labels + [(name: "package", value: resource.id)]
    }

    fileprivate mutating func addRuns(_ census: RunCensus) {
        let statistics = census.statistics
        family("ergometer_runs", .gauge, help: "Runs that are not finished, by state.")
        sample(census.counts.queued, labels: ["state": "queued"])
        sample(census.counts.running, labels: ["state": "running"])
        family("ergometer_runs_finished_total", .counter, help: "Runs that have finished, by outcome.")
        for part in census.parts {
            for outcome in Outcome.allNames {
                sample(part.statistics.finished[outcome] ?? 0, labels: part.labels([(name: "outcome", value: outcome)]))
            }
        }
        family("ergometer_run_duration_seconds", .histogram, help: "From the release of a command to its exit.")
        sample(statistics.durations.snapshot)
        family(
            "ergometer_run_cpu_seconds_total", .counter,
            help: "CPU time of all finished runs, from their cgroups or wait4.")
        for part in census.parts {
            sample(part.statistics.userSeconds, labels: part.labels([(name: "mode", value: "user")]))
            sample(part.statistics.systemSeconds, labels: part.labels([(name: "mode", value: "system")]))
        }
        addEvents(census.parts)
        addRunEnergy(census.parts)
    }

    private mutating func addEvents(_ parts: [RunCensusPart]) {
        let counts = parts.map { ($0, $0.statistics.processTotals.filter { $0.key.metric.unit == .count }) }
        guard counts.contains(where: { !$0.1.isEmpty }) else { return }
        family("ergometer_perf_events_total", .counter, help: "Perf events counted in all finished runs.")
        for (part, counts) in counts {
            for (name, count) in counts.map({ (eventName($0.key), $0.value) }).sorted(by: { $0.0 < $1.0 }) {
                sample(count, labels: part.labels([(name: "event", value: name)]))
            }
        }
    }

    /// `perf_software_PAGE_FAULTS` is `PAGE_FAULTS`, as it is asked for; on one of several types of cores
    /// `cpu_atom/CPU_CYCLES/`, as perf writes it.
    private func eventName(_ key: StatisticsKey) -> String {
        let name = key.metric.name.split(separator: "_", maxSplits: 2).last.map(String.init) ?? key.metric.name
        let modifiers = key.attributes["modifiers"] ?? ""
        if let pmu = key.attributes["pmu"] { return "\(pmu)/\(name)/\(modifiers)" }
        return modifiers.isEmpty ? name : "\(name):\(modifiers)"
    }

    private mutating func addRunEnergy(_ parts: [RunCensusPart]) {
        let rows = parts.flatMap { part in energyRows(part.statistics).map { (part.labels($0.labels), $0.joules) } }
        guard !rows.isEmpty else { return }
        family(
            "ergometer_run_energy_joules_total", .counter,
            help: "Energy while runs ran: of the whole machine, which runs at the same time count each, and what of it "
                + "was attributed to the runs beyond idleness (scope process).")
        for (labels, joules) in rows { sample(joules, labels: labels) }
    }

    private func energyRows(
        _ statistics: RunStatistics
    ) -> [(labels: [(name: String, value: String)], joules: Double)] {
        let isWhole = { (key: StatisticsKey) in key.metric.unit == .joules && key.metric != .attributedEnergy }
        let ofMachine = statistics.machineTotals.filter { isWhole($0.key) }.map { ($0.key, $0.value, "machine") }
        let ofRuns = statistics.processTotals.filter { $0.key.attributes["part"] == EnergyPart.dynamic.rawValue }
        guard !ofMachine.isEmpty else { return [] }
        let rows = (ofMachine + ofRuns.map { ($0.key, $0.value, "process") }).map { key, joules, scope in
            let attributes = key.attributes.filter { $0.key != "part" }
            return (labels: labels(of: attributes, on: key.resource) + [(name: "scope", value: scope)], joules: joules)
        }
        return rows.sorted { "\($0.0)" < "\($1.0)" }
    }

    fileprivate mutating func addSampler(_ status: SamplerStatus) {
        family("ergometer_sampler_ticks_total", .counter, help: "Ticks at which something was read.")
        sample(status.ticks)
        family(
            "ergometer_sampler_missed_ticks_total", .counter,
            help: "Ticks of runs that came too late and were left out.")
        sample(status.missedTicks)
        family("ergometer_sampler_lateness_seconds", .histogram, help: "From the deadline of a tick to its reading.")
        sample(status.lateness.snapshot)
        family("ergometer_sampler_read_seconds", .histogram, help: "How long the readings of one tick took.")
        sample(status.readTime.snapshot)
        family(
            "ergometer_sampler_read_errors_total", .counter,
            help: "Readings of sources that failed, by backend."
        )
        for backend in SourceBackend.allCases {
            sample(status.readErrors[backend], labels: ["backend": backend.name])
        }
        family(
            "ergometer_rapl_wraps_total", .counter,
            help: "Times that an energy counter went round, which was set right.")
        sample(status.counterWraps)
        family(
            "ergometer_rapl_resets_total", .counter,
            help: "Times that an energy counter was set back; what it had counted since the reading before is lost.")
        sample(status.counterResets)
    }

    fileprivate mutating func addBackends(_ backends: [BackendStatus]) {
        family("ergometer_backend_up", .gauge, help: "1 where the backend measures something on this machine.")
        for backend in backends { sample(backend.isUp ? 1 : 0, labels: ["backend": backend.name]) }
    }

    fileprivate mutating func addHTTP(_ statistics: HTTPStatistics.Snapshot) {
        family("ergometer_http_requests_total", .counter, help: "Answered requests.")
        for (key, count) in statistics.requests.sorted(by: { $0.key < $1.key }) {
            sample(count, labels: ["route": key.route, "method": key.method, "code": String(key.status)])
        }
        family("ergometer_http_request_duration_seconds", .histogram, help: "From request to answer, waiting included.")
        sample(statistics.durations.snapshot)
    }
}
