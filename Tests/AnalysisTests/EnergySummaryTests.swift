import Analysis
import Measurement
import Testing

@Suite struct EnergySummaryTests {
    private func total(
        _ domain: String, _ resource: Resource, _ result: SeriesTotal.Result, unit: Measurement.Unit = .joules,
        consumer: Consumer = .localMachine
    ) -> SeriesTotal {
        let series = Series(
            metric: Metric(name: "rapl_consumed_energy", unit: unit), resource: resource, consumer: consumer,
            attributes: ["domain": domain])
        return SeriesTotal(series: series, result: result, coverage: nil)
    }

    @Test("A second at 60 W is uncertain by two ticks of 60 mJ")
    func uncertainty() throws {
        let totals = [
            total("package", .cpuPackage(0), .measured(.real(60))), total("dram", .dram(0), .measured(.real(5))),
        ]
        let summary = try #require(EnergySummary(totals: totals, duration: .seconds(1)))
        #expect(summary.domains.map(\.domain) == ["package", "dram"])
        #expect(summary.domains.map(\.resource) == [.cpuPackage(0), .dram(0)])
        #expect(summary.domains.map(\.joules) == [60, 5])
        #expect(summary.domains.map(\.uncertaintyJoules) == [0.12, 0.01])
        #expect(summary.uncertaintyJoules == 0.12)
        #expect(summary.note == nil)
    }

    @Test("Only measured energy of the machine counts")
    func selection() {
        let totals = [
            total("package", .cpuPackage(0), .unavailable(reason: "it stood still")),
            total("package", .cpuPackage(0), .measured(.real(1)), consumer: .process(1)),
            total("package", .cpuPackage(0), .measured(.integer(1)), unit: .count),
        ]
        #expect(EnergySummary(totals: totals, duration: .seconds(1)) == nil)
        #expect(EnergySummary(totals: [], duration: .seconds(1)) == nil)
    }

    @Test("Below ten milliseconds it says that this is no measurement")
    func tooShort() throws {
        let totals = [total("package", .cpuPackage(0), .measured(.real(0.5)))]
        let short = try #require(EnergySummary(totals: totals, duration: .microseconds(9999)))
        #expect(short.note?.contains("no measurement") == true)
        #expect(try #require(EnergySummary(totals: totals, duration: .milliseconds(10))).note == nil)
        #expect(EnergySummary(totals: totals, duration: .zero) == nil)
    }
}
