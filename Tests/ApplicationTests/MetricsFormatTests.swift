import Foundation
import TestSupport
import Testing

/// The metrics of the machine and of a run as they come over the wire, in both formats.
@Suite struct MetricsFormatTests {
    private let directory: TemporaryDirectory
    private let machine: SimulatedMachine
    private let server: RunningServer
    private let paths: [String]

    init() throws {
        directory = try TemporaryDirectory()
        machine = try SimulatedMachine([SimulatedZone("package-0", watts: 60), SimulatedZone("psys", watts: 90)])
        machine.startLive()
        server = try RunningServer(in: directory, options: ["--sysfs-root", machine.root])
        let run = try server.finished(#"{"command": ["sleep", "0.2"]}"#)
        paths = ["/metrics", try #require((run["links"] as? [String: String])?["metrics"])]
    }

    @Test(.enabled(if: LiveMachine.hasPromtool, "promtool is not installed"))
    func `promtool finds nothing wrong with the metrics of a run`() throws {
        let page = try server.curl(paths[1]).body
        #expect(page.contains("ergometer_run_rapl_consumed_energy_joules_total{domain=\"package\",package=\"0\""))
        try page.write(toFile: "\(directory.path)/page", atomically: true, encoding: .utf8)
        let check = try Tool.run("sh", ["-c", "promtool check metrics <\(directory.path)/page"])
        #expect(check.status == 0 && check.output + check.errors == "", "\(check.output)\(check.errors)")
    }

    @Test(.enabled(if: LiveMachine.hasOpenMetricsParser, "prometheus_client of PyPI is not installed"))
    func `the strict parser of OpenMetrics accepts both pages`() throws {
        let parse = """
            import sys
            from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
            print(len(list(parse(sys.stdin.read()))))
            """
        for (path, least) in zip(paths, [20, 4]) {
            let page = try server.curl(path, ["--header", "Accept: application/openmetrics-text"])
            #expect(page.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            try page.body.write(toFile: "\(directory.path)/page", atomically: true, encoding: .utf8)
            let tool = try Tool.run(
                "sh", ["-c", "\(LiveMachine.pythonOfTools) -c '\(parse)' <\(directory.path)/page"])
            #expect(Int(tool.output.filter(\.isNumber)) ?? 0 >= least, "\(tool.output)\(tool.errors)")
        }
    }

    @Test func `a compressed page is the page, and HEAD tells its headers`() throws {
        for path in paths {
            let command = """
                set -o pipefail
                curl --silent --fail --header 'Authorization: Bearer \(server.token)' --header 'Accept-Encoding: gzip' \
                    http://127.0.0.1:\(server.port)\(path) | gzip --decompress --stdout
                """
            let tool = try Tool.run("bash", ["-c", command])
            #expect(tool.status == 0 && tool.output.hasPrefix("# HELP "), "\(tool.errors)")
            #expect(tool.output.hasSuffix("\n"))
            let head = try server.curl(path, ["--head", "--header", "Accept-Encoding: gzip"])
            #expect(head.status == 200)
            #expect(head.headers["content-encoding"] == "gzip")
            #expect(Int(head.headers["content-length"] ?? "") ?? .max < tool.output.utf8.count)
        }
    }
}
