import Testing

@testable import API

@Suite struct MetricsTests {
    @Test func `readings that failed are shown by backend`() throws {
        let page = try TestAPI().get("/metrics").text
        for backend in ["perf_event", "rapl", "busy_time", "cgroup"] {
            #expect(page.contains("\nergometer_sampler_read_errors_total{backend=\"\(backend)\"} 0\n"))
        }
        for name in ["wraps", "resets"] { #expect(page.contains("\nergometer_rapl_\(name)_total 0\n")) }
    }
}
