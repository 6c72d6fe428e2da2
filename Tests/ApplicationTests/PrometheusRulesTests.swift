import Foundation
import TestSupport
import Testing

/// The delivered configuration and rules, as promtool sees them.
@Suite(.enabled(if: LiveMachine.hasPromtool, "promtool is not installed"))
struct PrometheusRulesTests {
    @Test(
        arguments: [
            ["check", "config", "prometheus.yml"],
            ["check", "rules", "--lint-fatal", "rules/recording.yml", "rules/alerts.yml"],
            ["test", "rules", "rules/tests.yml"],
        ])
    func `promtool accepts them`(arguments: [String]) throws {
        let tool = try Tool.run("promtool", arguments, directory: Repository.path("deploy/prometheus"))
        #expect(tool.status == 0, "\(tool.output)\(tool.errors)")
    }
}
