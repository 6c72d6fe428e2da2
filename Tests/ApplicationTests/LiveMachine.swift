import Foundation
import Glibc

/// What the machine under the tests can do; tests that need more are skipped and say so.
enum LiveMachine {
    static let hasPerf = Tool.find("perf") != nil

    static let hasHardwareCounters =
        (try? FileManager.default.contentsOfDirectory(
            atPath: "/sys/bus/event_source/devices"))?.contains { $0 == "cpu" || $0.hasPrefix("cpu_") } ?? false

    static let hasSchemathesis = Tool.find("st") != nil

    /// The Python that schemathesis comes with, if it has what the client of the contract needs.
    static let contractPython: String? = {
        guard let st = Tool.find("st") else { return nil }
        let python = URL(fileURLWithPath: st).deletingLastPathComponent().appendingPathComponent("python").path
        let check = try? Tool.run(python, ["-c", "import jsonschema, yaml"])
        return check?.status == 0 ? python : nil
    }()

    static let isRoot = getuid() == 0

    /// What the host of a virtual machine has given to others of all CPUs' time, by `/proc/stat`.
    static var stolenSeconds: Double {
        let words = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8))?.split(separator: "\n")[0].split(
            separator: " ")
        return (Double(words?[8] ?? "") ?? 0) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    static let cCompiler = Tool.find("cc") ?? Tool.find("clang")

    /// Where cgroup v2 is mounted.
    static let unifiedCgroups: String? = mounts.first { $0.count > 2 && $0[2] == "cgroup2" }.map { String($0[1]) }

    /// Where the pids controller of cgroup v1 is mounted, if this process may use it.
    static let pidsCgroups: String? = mounts.first { mount in
        mount.count > 3 && mount[2] == "cgroup" && mount[3].split(separator: ",").contains("pids")
    }.map { String($0[1]) }.flatMap { access("\($0)/cgroup.procs", W_OK) == 0 ? $0 : nil }

    private static let mounts: [[Substring]] = {
        // Read to its end: a file in /proc has no size.
        let file = FileHandle(forReadingAtPath: "/proc/self/mounts")
        let text = String(decoding: (try? file?.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").map { $0.split(separator: " ") }
    }()

    static let hasSandbox: Bool = {
        let answer = try? Tool.run(Tool.built("ergometer"), ["doctor", "--json"]).output
        let json = try? JSONSerialization.jsonObject(with: Data((answer ?? "").utf8)) as? [String: Any]
        let backends = json?["backends"] as? [[String: Any]] ?? []
        return backends.contains {
            $0["name"] as? String == "sandbox" && ["available", "limited"].contains($0["status"] as? String)
        }
    }()

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

    /// A browser, what drives it, and the charts that pages draw in it.
    static let hasBrowser =
        Tool.find("chromium") != nil && Tool.find("chromedriver") != nil
        && FileManager.default.fileExists(atPath: "/usr/share/javascript/dygraphs/dygraph.min.js")
        && hasPythonModule("selenium, axe_playwright_python")

    private static func hasPythonModule(_ name: String) -> Bool {
        (try? Tool.run(pythonOfTools, ["-c", "import \(name)"]))?.status == 0
    }

    static let processorCount = ProcessInfo.processInfo.activeProcessorCount
    /// The highest number of a CPU.
    static let lastCPU = processorCount - 1
    /// Whether the server can make cgroups and count what they do on each of several CPUs.
    static let canCountCgroups: Bool = {
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        return processorCount > 1 && geteuid() == 0 && mounts.contains(" - cgroup2 ")
    }()
}
