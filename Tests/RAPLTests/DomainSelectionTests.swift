import Testing

@testable import RAPL

@Suite struct DomainSelectionTests {
    private static func candidate(
        _ domain: RAPLDomain, package: Int?, die: Int? = nil, _ interface: RAPLInterface
    ) -> AvailableDomain {
        let counter: AvailableDomain.Counter =
            interface == .powerPMU
            ? .event(type: 21, config: 2, cpu: package ?? 0, scale: 1)
            : .zone(path: "\(interface)/\(domain)-\(package ?? 0)", maximumMicrojoules: 1)
        return AvailableDomain(domain: domain, package: package, die: die, interface: interface, counter: counter)
    }

    @Test("the PMU is preferred, and powercap serves the domains that the PMU lacks")
    func preference() {
        let selection = DomainSelection(from: [
            Self.candidate(.package, package: 0, .powercapMMIO), Self.candidate(.package, package: 0, .powercap),
            Self.candidate(.platform, package: nil, .powercap), Self.candidate(.package, package: 0, .powerPMU),
            Self.candidate(.dram, package: 0, .powercap),
        ])
        #expect(selection.chosen.map(\.domain) == [.package, .dram, .platform])
        #expect(selection.chosen.map(\.interface) == [.powerPMU, .powercap, .powercap])
        #expect(selection.warnings.isEmpty)
    }

    @Test("dies are told apart where there are several and not where there is one")
    func dies() {
        let selection = DomainSelection(from: [
            Self.candidate(.package, package: 0, die: 1, .powerPMU),
            Self.candidate(.package, package: 0, die: 0, .powerPMU),
            Self.candidate(.package, package: 1, die: 0, .powerPMU),
        ])
        #expect(selection.chosen.map(\.package) == [0, 0, 1])
        #expect(selection.chosen.map(\.die) == [0, 1, nil])
    }

    @Test("interfaces that divide a package differently are never mixed")
    func noMixture() {
        let selection = DomainSelection(from: [
            Self.candidate(.package, package: 0, .powercap),
            Self.candidate(.package, package: 0, die: 0, .powerPMU),
            Self.candidate(.package, package: 0, die: 1, .powerPMU),
        ])
        #expect(selection.chosen.map(\.interface) == [.powerPMU, .powerPMU])
    }

    @Test("two counters of the same domain and die are used once, and that is said")
    func copies() {
        let selection = DomainSelection(from: [
            Self.candidate(.package, package: 0, .powercap), Self.candidate(.package, package: 0, .powercap),
        ])
        #expect(selection.chosen.count == 1)
        #expect(selection.warnings.count == 1)
    }

    @Test("of several psys that of the first package and die is used")
    func platform() {
        let selection = DomainSelection(from: [
            Self.candidate(.platform, package: 1, die: 0, .powerPMU),
            Self.candidate(.platform, package: 0, die: 1, .powerPMU),
            Self.candidate(.platform, package: 0, die: 0, .powerPMU),
        ])
        #expect(selection.chosen == [Self.candidate(.platform, package: 0, .powerPMU).located(package: nil, die: nil)])
        #expect(selection.warnings.count == 2)
    }
}
