import LinuxSystem
import Measurement

/// One PMU, as its directory in sysfs describes it.
struct PMUDescription: Sendable {
    let name: String
    let type: UInt32
    private let directory: String

    init?(name: String, directory: String) {
        guard let type = (try? PseudoFile.readText("\(directory)/type")).flatMap({ UInt32($0) }) else { return nil }
        self.name = name
        self.type = type
        self.directory = directory
    }

    /// The names in `events/`, without those of the files that go with them (`.scale`, `.unit`).
    var eventNames: [String] {
        ((try? PseudoDirectory.names(in: "\(directory)/events")) ?? []).filter { !$0.contains(".") }
    }

    /// The names in `format/`.
    var termNames: [String] { (try? PseudoDirectory.names(in: "\(directory)/format")) ?? [] }

    /// What an event stands for: `event=0x3c,umask=0x00`.
    func event(_ name: String) -> String? { text("events/\(name)") }

    /// A file beside an event: `scale`, `unit`, `snapshot`.
    func property(_ property: String, of event: String) -> String? { text("events/\(event).\(property)") }

    func format(_ term: String) -> String? { text("format/\(term)") }

    /// Why nothing of this PMU can be counted for a process; nil where it may be.
    var obstacle: Obstacle? {
        if let mask = text("cpumask"), !mask.isEmpty { return systemWide }
        return Self.obstacles[name] ?? tracer
    }

    private var systemWide: Obstacle {
        let reason = "the PMU \(name) counts for a whole package or machine (it has a cpumask), never for a process"
        guard name.hasPrefix("power") else { return Obstacle(reason) }
        return Obstacle(reason, remedy: "energy is in every run as rapl_consumed_energy, without being asked for")
    }

    /// PMUs that write down where a program was: without a buffer they are silent, and the number would be 0.
    private var tracer: Obstacle? {
        let tracers = ["intel_pt", "intel_bts", "cs_etm", "arm_spe", "hisi_ptt"]
        guard tracers.contains(where: name.hasPrefix) else { return nil }
        return Obstacle("the PMU \(name) records a trace and counts nothing")
    }

    private static let obstacles: [String: Obstacle] = [
        "software": Obstacle("its events have names", remedy: "ask for PAGE_FAULTS, CONTEXT_SWITCHES, …"),
        "tracepoint": Obstacle("its events have names", remedy: "ask for group:name, such as sched:sched_switch"),
        "breakpoint": Obstacle("a breakpoint needs an address, which nobody knows before the program is loaded"),
        "uprobe": probe, "kprobe": probe,
    ]

    /// Measured: with an inherited uprobe event by path, fork(2) of the measured program fails.
    private static let probe = Obstacle(
        "an event of this PMU that is inherited makes the forks of the measured program fail",
        remedy: "define the probe in tracefs (uprobe_events, kprobe_events) and ask for it as group:name")

    private func text(_ path: String) -> String? { try? PseudoFile.readText("\(directory)/\(path)") }
}
