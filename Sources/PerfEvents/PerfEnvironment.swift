import Glibc
import LinuxSystem
import Measurement
import SystemPackage

/// What the machine says about its counters; turns the kernel's errors into reasons that one can act on.
struct PerfEnvironment: Sendable {
    /// `/proc/sys/kernel/perf_event_paranoid`: 2 by default. 3 and 4, which Debian, Ubuntu and Android
    /// have added, forbid all use without CAP_SYS_ADMIN; CAP_PERFMON does not lift that (seen on Debian's 6.1).
    private(set) var paranoidLevel: Int?
    /// Whether the kernel drives a PMU of the CPU (`cpu`, `cpu_core`, `armv8_pmuv3_0`, …).
    let hasCPUCounters: Bool
    /// Whether a filter looks at the system calls of this process, as in a container.
    let isFiltered: Bool

    private let root: String

    init(root: String = "") {
        self.root = root
        paranoidLevel = Self.readParanoidLevel(root: root)
        let devices = (try? PseudoDirectory.names(in: "\(root)/sys/bus/event_source/devices")) ?? []
        hasCPUCounters = devices.contains { name in
            name == "cpu" || name.hasPrefix("cpu_") || name.hasPrefix("armv")
                || access("\(root)/sys/bus/event_source/devices/\(name)/cpus", F_OK) == 0
        }
        isFiltered = OwnStatus.value(of: "Seccomp", root: root) == "2"
    }

    /// Looks again at what an operator can change while we live.
    ///
    /// - Returns: whether it has changed.
    mutating func refresh() -> Bool {
        let before = paranoidLevel
        paranoidLevel = Self.readParanoidLevel(root: root)
        return paranoidLevel != before
    }

    private static func readParanoidLevel(root: String) -> Int? {
        (try? PseudoFile.readText("\(root)/proc/sys/kernel/perf_event_paranoid")).flatMap { Int($0) }
    }

    func obstacle(for error: Errno, of event: PerfEvent) -> Obstacle {
        switch error {
        case .permissionDenied: rights
        case .notPermitted: isFiltered ? filtered(error) : rights(error)
        case .noFunction: isFiltered ? filtered(error) : Self.noPerf
        case .noSuchFileOrDirectory where event.isSoftware, .notSupported where event.isSoftware:
            Obstacle("this kernel does not know the event")
        case .noSuchFileOrDirectory, .notSupported: event.isOnProcessor ? notCounted : Self.refused(event, error)
        case .operationNotSupportedByDevice where event.isOnProcessor: notCounted
        case .invalidArgument: Self.refused(event, error)
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
            Obstacle("no file descriptor left (\(error))", remedy: "raise RLIMIT_NOFILE")
        default: Obstacle("perf_event_open answers \(error) (errno \(error.rawValue))")
        }
    }

    // MARK: - Obstacles

    /// What user mode alone leaves out.
    var rights: Obstacle { rights(.permissionDenied) }

    private func rights(_ error: Errno) -> Obstacle {
        let level = paranoidLevel.map(String.init) ?? "unknown"
        let reason = "not permitted (\(error)); kernel.perf_event_paranoid is \(level)"
        if let paranoidLevel, paranoidLevel > 2 {
            return Obstacle(
                reason, remedy: "sysctl kernel.perf_event_paranoid=2, as root: above that CAP_PERFMON does not help")
        }
        return Obstacle(
            reason,
            remedy:
                "give the process CAP_PERFMON (setcap cap_perfmon=ep on both ergometer and ergometerd, or AmbientCapabilities=CAP_PERFMON in its "
                + "systemd unit), or lower the level with sysctl kernel.perf_event_paranoid=1")
    }

    private func filtered(_ error: Errno) -> Obstacle {
        Obstacle(
            "a seccomp filter forbids perf_event_open (\(error))",
            remedy: "in a container, allow it: --cap-add PERFMON, and a seccomp profile that has perf_event_open")
    }

    private static let noPerf = Obstacle(
        "perf_event_open is not there",
        remedy: "use a kernel with CONFIG_PERF_EVENTS, outside of sandboxes such as gVisor "
            + "(or without its seccomp filter)")

    private var notCounted: Obstacle {
        hasCPUCounters
            ? Obstacle("this CPU does not count it")
            : Obstacle(
                "this machine has no hardware counters",
                remedy: "on a virtual machine, let the hypervisor pass a PMU on")
    }

    private static func refused(_ event: PerfEvent, _ error: Errno) -> Obstacle {
        guard case .pmu(let pmu) = event.place else {
            return Obstacle("the kernel refuses this configuration for this CPU (\(error))")
        }
        return Obstacle(
            "the PMU \(pmu) refuses this for a process (\(error)): it does not know the event or the modifier, or counts "
                + "for the whole machine only")
    }
}

extension PerfEvent {
    /// Whether hardware counters of the processor's cores count it.
    fileprivate var isOnProcessor: Bool {
        switch place {
        case .processor, .cores: true
        case .kernel, .pmu: false
        }
    }
}
