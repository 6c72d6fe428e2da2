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
    /// The highest number of a CPU.
    static let lastCPU = processorCount - 1
    /// Whether the server can make cgroups and count what they do on each of several CPUs.
    static let canCountCgroups: Bool = {
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        return processorCount > 1 && geteuid() == 0 && mounts.contains(" - cgroup2 ")
    }()
}
