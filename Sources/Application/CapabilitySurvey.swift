import Glibc
import LinuxSystem
import Measurement
import PerfEvents
import RAPL
import Runs

/// Puts together what all backends can do here.
struct CapabilitySurvey {
    let inventory: RAPLInventory
    let perfEvents: PerfEventBackend
    /// What the kernel gave, or would give, to the sampling thread.
    let samplingPolicy: SchedulingPolicy
    /// The columns of the inventory's source whose counters have not moved.
    let stillColumns: Set<Int>
    /// Where the busy time of the CPUs comes from; nil when nobody reads it.
    var busyTimeSource: String?
    /// What is known of them, by the series of the domain's energy.
    var idlePowers: [Series: IdlePower] = [:]

    var capabilities: Capabilities {
        var capabilities = perfEvents.capabilities
        capabilities.machine = .ofThisProcess
        capabilities.backends += [rapl, busyTime, sampler, cgroup, sandbox]
        capabilities.domains = domains
        return capabilities
    }

    // MARK: - Energy

    private var rapl: Capability {
        let usable = domains.first { $0.availability.isUsable } ?? domains.first
        return Capability(
            name: "rapl", purpose: "Energy of the machine, by domain.",
            detail: inventory.available.isEmpty ? "" : "\(inventory.available.count) domains",
            availability: usable?.availability ?? .unavailable(Obstacle("this machine shows no RAPL counters")))
    }

    private var domains: [DomainCapability] {
        let found = zip(inventory.available, inventory.layout.series).map { domain, column in
            var capability = DomainCapability(
                domain: domain.domain.rawValue, package: domain.package, die: domain.die,
                interface: domain.interface.rawValue,
                availability: stillColumns.contains(column.column) ? .limited(Self.stands) : .available)
            capability.idlePower = idlePowers[column.series]
            return capability
        }
        let lost = inventory.unavailable.map { domain in
            DomainCapability(
                domain: domain.domain?.rawValue, package: domain.package, die: domain.die,
                interface: domain.interface?.rawValue,
                availability: .unavailable(Obstacle(domain.reason, remedy: domain.remedy)))
        }
        return found + lost
    }

    private var busyTime: Capability {
        let isNeeded = !inventory.available.isEmpty
        let reason =
            isNeeded ? "neither cpuacct nor /proc/stat could be read" : "there is no energy to be divided by it"
        return Capability(
            name: "busy_time", purpose: "Tells a run's part of the energy from that of others.",
            detail: busyTimeSource ?? "",
            availability: busyTimeSource == nil ? .unavailable(Obstacle(reason)) : .available)
    }

    private var sandbox: Capability {
        Capability(
            name: "sandbox", purpose: "Keeps a command from changing files and reaching the network.",
            availability: SandboxMode.obstacle.map { .unavailable(Obstacle($0)) }
                ?? SandboxMode.namespaceObstacle.map {
                    .limited(Obstacle("without a /tmp of its own: \($0)"))
                }
                ?? .available)
    }

    /// See docs/decisions/0004.
    private static let stands = Obstacle(
        "its counter has not moved yet, and is not believed until it does",
        remedy: "virtual machines have domains that never move: measure on the host")

    // MARK: - The rest

    private var sampler: Capability {
        Capability(
            name: "sampler", purpose: "Reads everything at the same moment.", detail: samplingPolicy.rawValue,
            availability: samplingPolicy == .fifo ? .available : .limited(Self.ordinary))
    }

    private static let ordinary = Obstacle(
        "the sampling thread is scheduled like any other (SCHED_OTHER): on a busy machine it misses ticks, and counts them",
        remedy: "give the process CAP_SYS_NICE, or LimitRTPRIO=1 in its systemd unit")

    private var cgroup: Capability {
        let cgroups = CgroupHierarchy.look()
        return Capability(
            name: "cgroup", purpose: "A fence around each run of the server.", detail: cgroups.path,
            availability: cgroups.availability)
    }
}

extension MachineDescription {
    /// `flags : … hypervisor …` in `/proc/cpuinfo`, which only x86 has.
    static var ofThisProcess: MachineDescription {
        var names = utsname()
        uname(&names)
        let information = (try? PseudoFile.readText("/proc/cpuinfo")) ?? ""
        let flags = information.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        return MachineDescription(
            kernel: withUnsafeBytes(of: names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) },
            architecture: withUnsafeBytes(of: names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) },
            isVirtual: flags.split(separator: " ").contains("hypervisor"))
    }
}
