import Foundation

/// What the machine under the tests can do; tests that need more are skipped and say so.
enum LiveMachine {
    static let hasPerf = Tool.find("perf") != nil

    static let hasHardwareCounters =
        (try? FileManager.default.contentsOfDirectory(
            atPath: "/sys/bus/event_source/devices"))?.contains { $0 == "cpu" || $0.hasPrefix("cpu_") } ?? false

    static let hasSchemathesis = Tool.find("st") != nil

    static let hasPromtool = Tool.find("promtool") != nil

    static let hasPrometheus = Tool.find("prometheus") != nil

    /// That of the environment in which the tests' Python programs are installed.
    static let pythonOfTools =
        Tool.find("st").map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("python3").path
        }
        ?? "python3"

    static let hasOpenMetricsParser = hasPythonModule("prometheus_client.openmetrics.parser")

    static let hasKubernetesValidate = hasPythonModule("kubernetes_validate")

    private static func hasPythonModule(_ name: String) -> Bool {
        (try? Tool.run(pythonOfTools, ["-c", "import \(name)"]))?.status == 0
    }

    static let processorCount = ProcessInfo.processInfo.activeProcessorCount
}
