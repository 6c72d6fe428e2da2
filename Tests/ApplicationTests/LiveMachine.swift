import Foundation

/// What the machine under the tests can do; tests that need more are skipped and say so.
enum LiveMachine {
    static let hasPerf = Tool.find("perf") != nil

    static let hasHardwareCounters =
        (try? FileManager.default.contentsOfDirectory(
            atPath: "/sys/bus/event_source/devices"))?.contains { $0 == "cpu" || $0.hasPrefix("cpu_") } ?? false

    static let hasSchemathesis = Tool.find("st") != nil

    static let hasPromtool = Tool.find("promtool") != nil

    static let processorCount = ProcessInfo.processInfo.activeProcessorCount
}
