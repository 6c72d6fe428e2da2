import Glibc
import LinuxSystem
import SystemPackage

/// How the limits of one run are enforced on this machine, and what is to be said of it.
///
/// By the run's cgroup where it has the controller, otherwise by limits on each process, which are weaker: the run
/// then says how.
struct LimitEnforcement: Sendable {
    /// What the command is launched with.
    private(set) var processLimits = ProcessLimits()
    /// Where a limit does not hold, or not for all of the run together.
    private(set) var warnings: [String] = []
    private let limits: RunLimits
    private var memoryCgroup: RunCgroup?
    private var processesCgroup: RunCgroup?

    /// Sets the limits on the cgroup, if there is one.
    ///
    /// - Parameter user: whose processes the command will be among.
    init(_ limits: RunLimits, cgroup: RunCgroup?, in hierarchy: CgroupHierarchy?, user: UInt32 = getuid()) {
        self.limits = limits
        processLimits.cpuSeconds = limits.cpuSeconds
        if let memory = limits.memory {
            let refusal = Self.set(.memory, on: cgroup, in: hierarchy) { $0.limitMemory(to: memory) }
            if let refusal { limitEachProcess(memory, because: refusal) } else { memoryCgroup = cgroup }
        }
        if let processes = limits.processes {
            let refusal = Self.set(.pids, on: cgroup, in: hierarchy) { $0.limitProcesses(to: processes) }
            if let refusal {
                limitUser(user, to: processes, because: refusal)
            } else {
                processesCgroup = cgroup
            }
        }
    }

    /// - Returns: why the cgroup cannot, or nil when it does.
    private static func set(
        _ controller: CgroupController, on cgroup: RunCgroup?, in hierarchy: CgroupHierarchy?,
        _ limit: (RunCgroup) -> Errno?
    ) -> String? {
        guard let cgroup, let hierarchy else { return "there is no writable cgroup v2" }
        if let refusal = hierarchy.enable(controller) { return refusal }
        return limit(cgroup).map { "the run's cgroup refuses it (\($0))" }
    }

    private mutating func limitEachProcess(_ bytes: UInt64, because refusal: String) {
        processLimits.dataBytes = bytes
        warnings.append(
            "limits.memory holds for each process on its own and for its private memory only (RLIMIT_DATA), and it "
                + "cannot be said whether it was reached: \(refusal)")
    }

    private mutating func limitUser(_ user: UInt32, to processes: UInt64, because refusal: String) {
        guard user != 0 else {
            warnings.append("limits.processes is not enforced: \(refusal), and RLIMIT_NPROC does not bind root")
            return
        }
        let others = UInt64(UserThreads.count(of: user))
        processLimits.userProcesses = others + processes
        warnings.append(
            "limits.processes holds for all processes of the user together (RLIMIT_NPROC: \(others) there were, and "
                + "\(processes) more), and it cannot be said whether it was reached: \(refusal)")
    }

    /// What the limits did. To be asked before the cgroup is taken away.
    func effects(on end: ProcessEnd?) -> [String] {
        var effects: [String] = []
        if let memory = limits.memory, let killed = memoryCgroup?.killedForMemory, killed > 0 {
            effects.append(
                "the limit of \(memory) bytes of memory was reached: the kernel killed "
                    + counted(killed, "process", plural: "processes"))
        }
        if let processes = limits.processes, let refused = processesCgroup?.refusedProcesses, refused > 0 {
            effects.append(
                "the limit of \(counted(processes, "process", plural: "processes")) was reached: "
                    + "\(counted(refused, "attempt")) to start another failed")
        }
        if let seconds = limits.cpuSeconds, let end { effects += Self.effects(ofCPU: seconds, on: end) }
        return effects
    }

    private static func effects(ofCPU seconds: UInt64, on end: ProcessEnd) -> [String] {
        let limit = "the limit of \(seconds) s CPU time was reached"
        switch end.outcome {
        case .signaled(SIGXCPU): return [limit]
        // One that ignores SIGXCPU is killed a second later.
        case .signaled(SIGKILL) where end.usage.userTime + end.usage.systemTime > .seconds(seconds):
            return ["\(limit), and a second later the command was killed"]
        // What a shell makes of a command that a signal ended.
        case .exited(128 + SIGXCPU): return ["\(limit) by a descendant, as the exit code says"]
        default: return []
        }
    }
}
