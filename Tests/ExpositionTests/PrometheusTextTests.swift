import Exposition
import Measurement
import Testing

@Suite struct PrometheusTextTests {
    private let sample: PrometheusText = {
        var latency = Histogram(bounds: [0.1, 1])
        for seconds in [0.05, 0.1, 0.25, 2, .nan] { latency.observe(seconds) }
        var text = PrometheusText()
        text.family("ergometer_runs", .gauge, help: "Runs, by state.")
        text.sample(0, labels: ["state": "queued"])
        text.sample(2, labels: ["state": "running"])
        text.family("ergometer_energy_joules_total", .counter, help: "A backslash \\, a \"quote\" and a\nline end.")
        text.sample(1e-7, labels: ["domain": "a\\b\"c\nd", "package": "0"])
        text.sample(60.0, labels: ["domain": "dram"])
        text.family("ergometer_ticks_total", .counter, help: "Ticks.")
        text.sample(UInt64.max)
        text.family("ergometer_latency_seconds", .histogram, help: "Latency.")
        text.sample(latency.snapshot, labels: ["route": "/runs"])
        text.family("ergometer_odd", .gauge, help: "What is no number.")
        text.sample(Double.nan, labels: PrometheusText.Labels([(name: "kind", value: "nan")]))
        text.sample(Double.infinity, labels: ["kind": "high"])
        return text
    }()

    @Test("All kinds of families, byte for byte")
    func golden() {
        #expect(
            String(decoding: sample.finished(), as: UTF8.self) == #"""
                # HELP ergometer_runs Runs, by state.
                # TYPE ergometer_runs gauge
                ergometer_runs{state="queued"} 0
                ergometer_runs{state="running"} 2
                # HELP ergometer_energy_joules_total A backslash \\, a "quote" and a\nline end.
                # TYPE ergometer_energy_joules_total counter
                ergometer_energy_joules_total{domain="a\\b\"c\nd",package="0"} 0.0000001
                ergometer_energy_joules_total{domain="dram"} 60
                # HELP ergometer_ticks_total Ticks.
                # TYPE ergometer_ticks_total counter
                ergometer_ticks_total 18446744073709551615
                # HELP ergometer_latency_seconds Latency.
                # TYPE ergometer_latency_seconds histogram
                ergometer_latency_seconds_bucket{route="/runs",le="0.1"} 2
                ergometer_latency_seconds_bucket{route="/runs",le="1"} 3
                ergometer_latency_seconds_bucket{route="/runs",le="+Inf"} 4
                ergometer_latency_seconds_sum{route="/runs"} 2.4
                ergometer_latency_seconds_count{route="/runs"} 4
                # HELP ergometer_odd What is no number.
                # TYPE ergometer_odd gauge
                ergometer_odd{kind="nan"} NaN
                ergometer_odd{kind="high"} +Inf

                """#)
    }

    @Test("promtool has nothing to say", .enabled(if: isInstalled("promtool"), "promtool is absent"))
    func promtool() throws {
        let answer = try run("promtool", ["check", "metrics"], input: sample.finished())
        #expect(answer.code == 0, "\(answer.output)")
        #expect(answer.output.isEmpty)
    }
}

@Suite struct HistogramTests {
    @Test("A value on a bound belongs below it")
    func bounds() {
        var histogram = Histogram(bounds: [1, 2, 4])
        for value in [0, 1, 1.5, 2, 4, 4.1, .infinity] { histogram.observe(value) }
        #expect(histogram.snapshot.cumulativeCounts == [2, 4, 5, 7])
        #expect(histogram.snapshot.count == 7)
    }

    @Test("An empty histogram counts nothing")
    func empty() {
        let snapshot = Histogram(bounds: []).snapshot
        #expect(snapshot.count == 0)
        #expect(snapshot.sum == 0)
    }
}

@Suite struct OpenMetricsTests {
    private func text(_ write: (inout PrometheusText) -> Void) -> String {
        var page = PrometheusText(.openMetrics)
        write(&page)
        return String(decoding: page.finished(), as: UTF8.self)
    }

    @Test func `counters are named without their suffix, units are told, and the page has an end`() {
        var latency = Histogram(bounds: [0.00001, 0.5, 1])
        latency.observe(0.7)
        let page = text { page in
            page.family("ergometer_energy_joules_total", .counter, help: #"Says "joules"."#)
            page.sample(2.5, labels: ["domain": "dram"])
            page.family("ergometer_runs", .gauge, help: "Runs.")
            page.sample(1)
            page.family("ergometer_latency_seconds", .histogram, help: "Latency.")
            page.sample(latency.snapshot)
        }
        #expect(
            page == #"""
                # HELP ergometer_energy_joules Says \"joules\".
                # TYPE ergometer_energy_joules counter
                # UNIT ergometer_energy_joules joules
                ergometer_energy_joules_total{domain="dram"} 2.5
                # HELP ergometer_runs Runs.
                # TYPE ergometer_runs gauge
                ergometer_runs 1
                # HELP ergometer_latency_seconds Latency.
                # TYPE ergometer_latency_seconds histogram
                # UNIT ergometer_latency_seconds seconds
                ergometer_latency_seconds_bucket{le="1e-05"} 0
                ergometer_latency_seconds_bucket{le="0.5"} 0
                ergometer_latency_seconds_bucket{le="1.0"} 1
                ergometer_latency_seconds_bucket{le="+Inf"} 1
                ergometer_latency_seconds_sum 0.7
                ergometer_latency_seconds_count 1
                # EOF

                """#)
    }

    @Test func `a page without families has an end too`() {
        #expect(text { _ in } == "# EOF\n")
    }
}
