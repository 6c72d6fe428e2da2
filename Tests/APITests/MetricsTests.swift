import Testing

@testable import API
@testable import Sampling

@Suite struct MetricsTests {
    @Test func `readings that failed are shown by backend`() throws {
        let page = try TestAPI().get("/metrics").text
        for backend in ["perf_event", "rapl"] {
            #expect(page.contains("\nergometer_sampler_read_errors_total{backend=\"\(backend)\"} 0\n"))
        }
        var status = SamplerStatus(machineReadErrors: [1, 2])
        status.runReadErrors = 7
        #expect(status.readErrors.map { "\($0.backend) \($0.count)" } == ["perf_event 7", "rapl 3"])
    }

    @Test(
        arguments: [
            (5, 5, false), (5, 6, true), (.min, 6, false), (5, .min, false), (.min, .min, false),
        ] as [(Int64, Int64, Bool)])
    func `a counter has moved when it was read twice and differs`(start: Int64, now: Int64, hasMoved: Bool) {
        #expect(SamplerStatus.hasMoved(from: start, to: now) == hasMoved)
    }
}
