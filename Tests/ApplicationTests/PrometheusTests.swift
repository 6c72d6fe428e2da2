import Foundation
import TestSupport
import Testing

/// The server as the real Prometheus sees it, on a machine whose power is known.
@Suite(.enabled(if: LiveMachine.hasPrometheus, "prometheus is not installed"))
struct PrometheusTests {
    private let directory: TemporaryDirectory
    private let machine: SimulatedMachine

    init() throws {
        directory = try TemporaryDirectory()
        machine = try SimulatedMachine([
            SimulatedZone("package-0", watts: 60), SimulatedZone("package-0/core", watts: 20),
            SimulatedZone("psys", watts: 90),
        ])
        machine.startLive()
    }

    private func serve(_ options: [String] = []) throws -> RunningServer {
        try RunningServer(in: directory, options: ["--sysfs-root", machine.root] + options)
    }

    /// The server counts once a second and is scraped as often: a rate is a second's energy wrong where a late scrape has
    /// met a heartbeat that the others miss. Most do not, so it is asked for until it is right.
    @Test func `the rate of the energy is the power, within a hundredth, for two scrapers alike`() throws {
        let server = try serve()
        let prometheus = try RunningPrometheus(
            RunningPrometheus.configuration(scraping: ["one": server.port, "two": server.port], every: "1s"),
            in: directory)
        let watts = ["package": 60.0, "pp0": 20, "platform": 90]
        for job in ["one", "two"] {
            let expression = "rate(ergometer_rapl_energy_joules_total{job=\"\(job)\"}[10s])"
            let powers = try prometheus.wait(for: expression) { samples in
                samples.count == 3
                    && samples.allSatisfy { sample in
                        let expected = watts[sample.labels["domain"] ?? ""] ?? .infinity
                        return abs(sample.value - expected) <= expected / 100
                    }
            }
            let last = try prometheus.query(expression)
            #expect(powers != nil, "\(last)")
        }
        #expect(try prometheus.query("sum(resets(ergometer_rapl_energy_joules_total[1m]))").first?.value == 0)
    }

    @Test func `what runs have cost stays when they have ended, and every scraper sees it`() throws {
        let server = try serve(["--metric-run-names", "1"])
        let prometheus = try RunningPrometheus(
            RunningPrometheus.configuration(scraping: ["one": server.port, "two": server.port]), in: directory)
        for name in ["build", "test"] { _ = try server.finished(#"{"command": ["true"], "name": "\#(name)"}"#) }
        let finished = "sum by (job, name) (ergometer_runs_finished_total{outcome=\"exited\",name!=\"\"}) == 1"
        let names = try prometheus.wait(for: finished) { $0.count == 4 }
        #expect(Set(names?.compactMap { $0.labels["name"] } ?? []) == ["build", "other"])
        let faults = try prometheus.query(
            "ergometer_perf_events_total{job=\"one\"} == ignoring (job) ergometer_perf_events_total{job=\"two\"}")
        #expect(!faults.isEmpty)
        #expect(try prometheus.query("ergometer_perf_events_total").count == 2 * faults.count, "no counter differs")
        let energy = "sum by (job) (ergometer_run_energy_joules_total{domain=\"package\",scope=\"machine\"})"
        let before = try prometheus.query(energy).map(\.value)
        #expect(before.count == 2 && before[0] == before[1])
        // Two heartbeats later.
        _ = try prometheus.wait(for: "changes(ergometer_rapl_energy_joules_total{domain=\"platform\"}[1m]) > 3") {
            $0.count == 2
        }
        #expect(try prometheus.query(energy).map(\.value) == before)
    }

    @Test func `a server that has gone leaves no stale series behind`() throws {
        let server = try serve()
        let prometheus = try RunningPrometheus(
            RunningPrometheus.configuration(scraping: ["one": server.port]), in: directory)
        #expect(try prometheus.wait(for: "ergometer_build_info") { $0.count == 1 } != nil)
        #expect(server.terminate() == 0)
        #expect(try prometheus.wait(for: "up") { $0.first?.value == 0 } != nil)
        #expect(try prometheus.query("{__name__=~\"ergometer_.*\"}").isEmpty)
    }

    @Test func `one run can be scraped with the token while it is executed`() throws {
        let server = try serve()
        let id = try #require(try server.post(#"{"command": ["sleep", "600"]}"#).json["id"] as? String)
        try server.token.write(toFile: "\(directory.path)/token", atomically: true, encoding: .utf8)
        let prometheus = try RunningPrometheus(
            """
            global: { scrape_interval: 400ms }
            scrape_configs:
              - job_name: run
                metrics_path: /runs/\(id)/metrics
                authorization: { credentials_file: token }
                static_configs: [{ targets: ["127.0.0.1:\(server.port)"] }]
            """, in: directory)
        let energy = "ergometer_run_rapl_consumed_energy_joules_total{domain=\"package\"} > 60"
        #expect(try prometheus.wait(for: energy) { $0.count == 1 } != nil)
        #expect(try prometheus.query("ergometer_run_state{state=\"running\"} == 1").count == 1)
    }

    @Test func `every panel of the dashboard has an answer`() throws {
        let server = try serve()
        let prometheus = try RunningPrometheus(
            RunningPrometheus.configuration(scraping: ["ergometer": server.port]), in: directory)
        // A counter's first increase is seen only where it was scraped before.
        #expect(try prometheus.wait(for: "ergometer_runs_finished_total") { !$0.isEmpty } != nil)
        let busy = #"{"command": "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done", "baseline": "500ms"}"#
        let first = try server.finished(busy)
        #expect(first["outcome"] as? String == "exited")
        let expressions = try Dashboard.expressions()
        #expect(expressions.count >= 20)
        #expect(
            try prometheus.wait(for: "sum(ergometer_runs_finished_total{outcome=\"exited\"})") { $0.first?.value == 1 }
                != nil)
        _ = try server.finished(busy)
        // Without it there is no series of the runs' own energy, and no number made up.
        let hasAttribution = (first["energy"] as? [String: Any])?["attribution"] != nil
        for expression in expressions {
            if !hasAttribution && expression.contains("scope=\"process\"") {
                _ = try prometheus.query(expression)
                continue
            }
            let samples = try prometheus.wait(for: expression) { $0.contains { !$0.value.isNaN } }
            let last = try prometheus.query(expression)
            #expect(samples != nil, "\(expression): \(last)")
        }
    }
}

/// What the delivered dashboard asks Prometheus for.
private enum Dashboard {
    /// All expressions, with Grafana's variables filled in.
    static func expressions() throws -> [String] {
        let data = try Data(contentsOf: URL(fileURLWithPath: Repository.path("deploy/grafana/ergometer.json")))
        let dashboard = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let targets = (dashboard?["panels"] as? [[String: Any]] ?? []).flatMap { panel in
            panel["targets"] as? [[String: Any]] ?? []
        }
        return targets.compactMap { $0["expr"] as? String }.map { expression in
            [("$__rate_interval", "1m"), ("$__range", "1m"), ("$job", "ergometer"), ("$instance", ".*")]
                .reduce(expression) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        }
    }
}
