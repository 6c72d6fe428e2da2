/// What this machine lets this process measure: everything there is, and for what cannot be had the reason and the
/// remedy. `GET /capabilities`, `ergometer doctor` and `ergometer events` are views of it.
package struct Capabilities: Sendable, Hashable {
    package var machine: MachineDescription?
    package var backends: [Capability]
    /// Energy, by domain and package.
    package var domains: [DomainCapability]
    package var families: [EventFamilyCapability]
    /// Events with a name of their own, tracepoints left out: there are thousands.
    package var events: [EventCapability]

    package init(
        machine: MachineDescription? = nil, backends: [Capability] = [], domains: [DomainCapability] = [],
        families: [EventFamilyCapability] = [],
        events: [EventCapability] = []
    ) {
        self.machine = machine
        self.backends = backends
        self.domains = domains
        self.families = families
        self.events = events
    }

    /// Whether a run would have anything beside its times: an event or a domain of energy.
    package var canMeasure: Bool {
        domains.contains { $0.availability.isUsable } || events.contains { $0.availability.isUsable }
    }
}

/// The machine and the kernel that measure.
package struct MachineDescription: Sendable, Hashable {
    /// The kernel's release, such as `6.18.44`.
    package let kernel: String
    /// `x86_64`, `aarch64`.
    package let architecture: String
    /// Whether the processor says that it is a hypervisor's; false where it does not say.
    package let isVirtual: Bool

    package init(kernel: String, architecture: String, isVirtual: Bool) {
        self.kernel = kernel
        self.architecture = architecture
        self.isVirtual = isVirtual
    }
}

/// A domain of energy of one package.
package struct DomainCapability: Sendable, Hashable {
    /// `package`, `pp0`, `pp1`, `dram`, `platform`; nil where no domain is to be seen at all.
    package let domain: String?
    package let package: Int?
    package let die: Int?
    /// How it is read: `power_pmu`, `powercap`, `powercap_mmio`; nil where there is no way.
    package let interface: String?
    package let availability: Availability
    /// What it draws while nobody uses the machine; nil where that is not known, or not yet.
    package var idlePower: IdlePower?

    package init(domain: String?, package: Int?, die: Int?, interface: String?, availability: Availability) {
        self.domain = domain
        self.package = package
        self.die = die
        self.interface = interface
        self.availability = availability
    }
}
