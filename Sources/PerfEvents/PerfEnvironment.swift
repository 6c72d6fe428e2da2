import LinuxSystem
import SystemPackage

/// What the machine says about its counters; turns the kernel's errors into reasons that one can act on.
struct PerfEnvironment: Sendable {
    /// `/proc/sys/kernel/perf_event_paranoid`: 2 by default, 3 and 4 on Debian and Android forbid all use.
    let paranoidLevel: Int?
    /// Whether the kernel drives a PMU of the CPU (`cpu`, `cpu_core`, `armv8_pmuv3_0`, …).
    let hasCPUCounters: Bool

    init(root: String = "") {
        paranoidLevel = (try? PseudoFile.readText("\(root)/proc/sys/kernel/perf_event_paranoid")).flatMap { Int($0) }
        let devices = (try? PseudoDirectory.names(in: "\(root)/sys/bus/event_source/devices")) ?? []
        hasCPUCounters = devices.contains { $0 == "cpu" || $0.hasPrefix("cpu_") || $0.hasPrefix("armv") }
    }

    func reason(for error: Errno, of event: PerfEvent) -> String {
        switch error {
        case .permissionDenied, .notPermitted:
            "not permitted (\(error)); kernel.perf_event_paranoid is \(paranoidLevel.map(String.init) ?? "unknown"): "
                + "give the process CAP_PERFMON, or lower the level with sysctl"
        case .noSuchFileOrDirectory where event.isSoftware, .notSupported where event.isSoftware:
            "this kernel does not know the event"
        case .noSuchFileOrDirectory where !hasCPUCounters, .notSupported where !hasCPUCounters:
            "this machine has no hardware counters: on a virtual machine, let the hypervisor pass a PMU on"
        case .noSuchFileOrDirectory, .notSupported:
            "this CPU does not count it"
        case .invalidArgument:
            "the kernel refuses this configuration for this CPU (\(error))"
        case .noFunction:
            "perf_event_open is not there: a container's seccomp filter, or a kernel without CONFIG_PERF_EVENTS"
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
            "no file descriptor left (\(error)): raise RLIMIT_NOFILE"
        default:
            "perf_event_open answers \(error) (errno \(error.rawValue))"
        }
    }
}
