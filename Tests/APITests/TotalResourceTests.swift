import Analysis
import Foundation
import HTTPServer
import Measurement
import Testing

@testable import API

@Suite struct TotalResourceTests {
    private func json(_ total: SeriesTotal) throws -> NSDictionary? {
        let bytes = try HTTPResponse.jsonLine(TotalResource(total))
        return try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary
    }

    private let series = Series(
        metric: Metric(name: "perf_hardware_CPU_CYCLES", unit: .count), resource: .localMachine, consumer: .process(7),
        attributes: ["pmu": "cpu_atom"])

    @Test func `a scaled total says how much of it was counted`() throws {
        let total = try json(SeriesTotal(series: series, result: .measured(.integer(40)), coverage: 0.75))
        #expect(total?["value"] as? Int == 40)
        #expect(total?["coverage"] as? Double == 0.75)
        #expect(total?["attributes"] as? [String: String] == ["pmu": "cpu_atom"])
    }

    @Test func `what never got on the hardware has a reason and no value`() throws {
        let total = try json(
            SeriesTotal(series: series, result: .unavailable(reason: "it never got a hardware counter"), coverage: 0))
        #expect(total?["value"] == nil)
        #expect(total?["unavailable"] as? String == "it never got a hardware counter")
        #expect(total?["coverage"] as? Int == 0)
    }
}
