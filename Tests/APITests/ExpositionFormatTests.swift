import Exposition
import HTTPServer
import Testing

@testable import API

@Suite struct ExpositionFormatTests {
    /// What Prometheus 2.42 and 3 send, curl, and some others.
    @Test(
        arguments: [
            (nil, .text), ("*/*", .text), ("text/plain", .text), ("application/json", .text),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
            ),
            ("text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.5", .text),
            ("application/openmetrics-text", .openMetrics),
            ("application/openmetrics-text; version=1.0.0", .openMetrics),
            ("application/openmetrics-text; version=2.0.0", .text), ("application/openmetrics-text;q=0", .text),
        ] as [(String?, PrometheusText.Format)])
    func `the client's preferences decide`(accepted: String?, format: PrometheusText.Format) {
        var request = HTTPRequest(method: .get, path: "/metrics")
        if let accepted {
            request = HTTPRequest(method: .get, path: "/metrics", headers: ["Accept": accepted])
        }
        #expect(PrometheusText.Format(acceptedBy: request) == format)
    }

    @Test func `caches are told what the answer depends on`() throws {
        let response = try TestAPI().get("/metrics").response
        #expect(response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(response.headers["Vary"] == "Accept, Accept-Encoding")
    }

    @Test func `what the server itself costs is shown`() throws {
        let page = try TestAPI().get("/metrics").text
        for name in [
            "process_cpu_seconds_total", "process_resident_memory_bytes", "process_virtual_memory_bytes",
            "process_threads", "process_open_fds", "process_max_fds", "process_start_time_seconds",
        ] {
            let line = page.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            #expect(Double(line?.split(separator: " ").last ?? "") ?? 0 > 0, "\(name)")
        }
    }
}
