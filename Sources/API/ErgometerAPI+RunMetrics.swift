import Analysis
import Exposition
import HTTPServer
import LinuxSystem
import Measurement
import Runs

extension ErgometerAPI {
    /// `GET /runs/{id}/metrics`: running totals of all series of one run; of a command that is executed, those of the
    /// last second.
    func showRunMetrics(_ request: HTTPRequest) throws -> HTTPReply {
        _ = try QueryParameters(request, known: [])
        let run = try run(for: request)
        let format = PrometheusText.Format(acceptedBy: request)
        return .now(PrometheusText(format, of: run).response(to: request, in: format))
    }
}

extension PrometheusText {
    init(_ format: Format, of run: Run) {
        self.init(format, reservingCapacity: 4 * 1024)
        addState(of: run)
        addTotals(run.summary?.totals ?? [])
    }

    private mutating func addState(of run: Run) {
        family("ergometer_run_state", .gauge, help: "1 for the state that the run is in.")
        for state in RunState.allCases { sample(state == run.state ? 1 : 0, labels: ["state": state.rawValue]) }
        if let outcome = run.outcome {
            family("ergometer_run_outcome", .gauge, help: "1 for how the run has finished.")
            for name in Outcome.allNames { sample(name == outcome.name ? 1 : 0, labels: ["outcome": name]) }
        }
        let soFar = run.state == .running ? run.startedAt.map { MonotonicInstant.now - $0.monotonic } : nil
        if let elapsed = run.duration ?? soFar {
            family(
                "ergometer_run_elapsed_seconds", .gauge, help: "From the release of the command to its exit, or now.")
            sample(elapsed.inSeconds)
        }
    }

    private mutating func addTotals(_ totals: [SeriesTotal]) {
        for (name, totals) in totals.byFamily { addFamily(name, totals) }
        let shared = totals.filter { $0.coverage != nil }
        if !shared.isEmpty {
            family(
                "ergometer_run_coverage_ratio", .gauge,
                help: "Part of the time that a counter was on the hardware; below 1 its total is scaled.")
            for total in shared { sample(total.coverage!, labels: labels(of: total, named: true)) }
        }
        addUnavailable(totals)
    }

    private mutating func addFamily(_ name: String, _ totals: [SeriesTotal]) {
        let measured = totals.compactMap { total in
            if case .measured(let value) = total.result { (total, value) } else { nil }
        }
        guard let metric = measured.first?.0.series.metric else { return }
        // Different metrics may have names of which Prometheus can hold the same part.
        let isShared = measured.contains { $0.0.series.metric != metric }
        family(name, .counter, help: "\(metric.name) since the command was released.")
        for (total, value) in measured {
            let labels = labels(of: total, named: isShared)
            let divisor = total.series.metric.unit.inPrometheus.divisor
            if case .integer(let count) = value, divisor == 1 {
                sample(count, labels: labels)
            } else {
                sample(value.asDouble / divisor, labels: labels)
            }
        }
    }

    private mutating func addUnavailable(_ totals: [SeriesTotal]) {
        let lost = totals.compactMap { total in
            if case .unavailable(let reason) = total.result { (total, reason) } else { nil }
        }
        guard !lost.isEmpty else { return }
        family("ergometer_run_unavailable", .gauge, help: "1 for each series that has no total, with the reason.")
        for (total, reason) in lost {
            sample(1, labels: labels(of: total, named: true, (name: "reason", value: reason)))
        }
    }

    /// What tells a series from the others of its family, without pids.
    private func labels(of total: SeriesTotal, named: Bool, _ more: (name: String, value: String)...) -> Labels {
        let series = total.series
        let metric = named ? [(name: "metric", value: series.metric.name)] : []
        let attributes = labels(of: series.attributes, on: series.resource).map { (legalName($0.name), $0.value) }
        let places = [(name: "resource", value: series.resource.kind), (name: "consumer", value: series.consumer.kind)]
        return Labels(metric + attributes + places + more)
    }
}

/// With `_` for what names in Prometheus may not hold.
private func legalName(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
}

extension Unit {
    /// What the name of a family says of the unit, and how many of ours make one of its base unit.
    fileprivate var inPrometheus: (suffix: String, divisor: Double) {
        switch symbol {
        case "": ("", 1)
        case "J": ("_joules", 1)
        case "ns": ("_seconds", 1e9)
        case "B": ("_bytes", 1)
        default: ("_\(symbol.lowercased())", 1)
        }
    }
}

extension Metric {
    /// `ergometer_run_perf_software_page_faults_total`.
    fileprivate var familyName: String {
        "ergometer_run_\(legalName(name.lowercased()))\(unit.inPrometheus.suffix)_total"
    }
}

extension [SeriesTotal] {
    /// By family, in the order in which families come first: each is given once.
    fileprivate var byFamily: [(name: String, totals: [SeriesTotal])] {
        let groups = Dictionary(grouping: self, by: \.series.metric.familyName)
        var seen: Set<String> = []
        return map(\.series.metric.familyName).filter { seen.insert($0).inserted }.map { ($0, groups[$0]!) }
    }
}
