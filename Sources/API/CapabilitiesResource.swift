import Measurement

/// What can be measured, as clients see it.
struct CapabilitiesResource: Encodable {
    let machine: MachineResource?
    let backends: [BackendResource]
    let domains: [DomainResource]
    let eventFamilies: [EventFamilyResource]
    let events: [EventResource]

    init(_ capabilities: Capabilities) {
        machine = capabilities.machine.map(MachineResource.init)
        backends = capabilities.backends.map(BackendResource.init)
        domains = capabilities.domains.map(DomainResource.init)
        eventFamilies = capabilities.families.map(EventFamilyResource.init)
        events = capabilities.events.map(EventResource.init)
    }
}

struct MachineResource: Encodable {
    let kernel: String
    let architecture: String
    let virtual: Bool

    init(_ machine: MachineDescription) {
        kernel = machine.kernel
        architecture = machine.architecture
        virtual = machine.isVirtual
    }
}

struct BackendResource: Encodable {
    let name: String
    let description: String
    let detail: String?
    let status: String
    let reason: String?
    let remedy: String?

    init(_ capability: Capability) {
        name = capability.name
        description = capability.purpose
        detail = capability.detail.isEmpty ? nil : capability.detail
        status = capability.availability.word
        reason = capability.availability.obstacle?.reason
        remedy = capability.availability.obstacle?.remedy
    }
}

struct DomainResource: Encodable {
    let domain: String?
    let package: Int?
    let die: Int?
    let interface: String?
    let idlePower: IdlePowerResource?
    let status: String
    let reason: String?
    let remedy: String?

    init(_ capability: DomainCapability) {
        domain = capability.domain
        package = capability.package
        die = capability.die
        interface = capability.interface
        idlePower = capability.idlePower.map(IdlePowerResource.init)
        status = capability.availability.word
        reason = capability.availability.obstacle?.reason
        remedy = capability.availability.obstacle?.remedy
    }
}

struct EventFamilyResource: Encodable {
    let family: String
    let syntax: String
    let metric: String
    let units: [String]
    let description: String
    let count: Int?
    let status: String
    let reason: String?
    let remedy: String?

    init(_ capability: EventFamilyCapability) {
        family = capability.family.rawValue
        syntax = capability.family.syntax
        metric = capability.family.metricPattern
        units = capability.family.units.map(\.symbol)
        description = capability.family.summary
        count = capability.count
        status = capability.availability.word
        reason = capability.availability.obstacle?.reason
        remedy = capability.availability.obstacle?.remedy
    }
}

struct EventResource: Encodable {
    let name: String
    let aliases: [String]
    let family: String
    let metric: String?
    let unit: String?
    let description: String
    let status: String
    let reason: String?
    let remedy: String?

    init(_ capability: EventCapability) {
        name = capability.name
        aliases = capability.aliases
        family = capability.family.rawValue
        metric = capability.metric?.name
        unit = capability.metric?.unit.symbol
        description = capability.summary
        status = capability.availability.word
        reason = capability.availability.obstacle?.reason
        remedy = capability.availability.obstacle?.remedy
    }
}
