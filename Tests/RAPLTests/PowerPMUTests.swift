import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import RAPL

@Suite struct PowerPMUTests {
    private let directory: TemporaryDirectory
    private let tree: SysfsTree
    private static let device = "bus/event_source/devices/power"

    init() throws {
        directory = try TemporaryDirectory()
        tree = try SysfsTree(CapturedTree.powerPMU, in: directory)
    }

    @Test("a captured PMU is described in full")
    func parses() throws {
        let pmu = try #require(try PowerPMU(sysfsRoot: tree.root))
        #expect(pmu.type == 21)
        #expect(pmu.cpus == [0, 18])
        let scale = 1.0 / 4_294_967_296
        #expect(
            pmu.events == [
                PowerPMUEvent(domain: .package, config: 2, scale: scale),
                PowerPMUEvent(domain: .dram, config: 3, scale: scale),
            ])
        #expect(pmu.skipped.isEmpty)
    }

    @Test("a machine without the PMU has none")
    func absent() throws {
        tree.remove(Self.device)
        #expect(try PowerPMU(sysfsRoot: tree.root) == nil)
    }

    @Test("a CPU whose package cannot be found is told with the file that would help")
    func missingTopology() {
        tree.remove("devices/system/cpu/cpu0")
        let lost = PowerPMUScan.run(sysfsRoot: tree.root, canOpen: true).unavailable
        let cpu = lost.first { $0.reason.hasPrefix("cannot find the package of CPU 0: ") }
        #expect(cpu?.remedy.contains("/cpu0/topology/physical_package_id") == true)
    }

    @Test("a type that is no number is an error that names the file", arguments: ["", "x", "-1", "4294967296"])
    func badType(text: String) throws {
        try tree.write(text, to: "\(Self.device)/type")
        let failure = PowerPMU.Failure(path: "\(tree.root)/\(Self.device)/type", errno: nil)
        #expect(throws: failure) { try PowerPMU(sysfsRoot: tree.root) }
    }

    @Test("a mask that is missing is an error with the system's answer")
    func missingMask() {
        tree.remove("\(Self.device)/cpumask")
        let failure = PowerPMU.Failure(
            path: "\(tree.root)/\(Self.device)/cpumask", errno: .noSuchFileOrDirectory)
        #expect(throws: failure) { try PowerPMU(sysfsRoot: tree.root) }
    }

    @Test(
        "an event that is not understood is skipped and said, the others stay",
        arguments: [
            ("energy-pkg", "event=2"), ("energy-pkg", "event=0x100"), ("energy-pkg", "config=0x02"), ("energy-pkg", ""),
            ("energy-pkg.scale", "zero"), ("energy-pkg.scale", "0"), ("energy-pkg.scale", "-1"),
            ("energy-pkg.scale", "nan"), ("energy-pkg.scale", "inf"), ("energy-pkg.unit", "mJ"),
            ("energy-pkg.unit", ""),
        ])
    func badEvent(file: String, text: String) throws {
        try tree.write(text, to: "\(Self.device)/events/\(file)")
        let pmu = try #require(try PowerPMU(sysfsRoot: tree.root))
        #expect(pmu.events.map(\.domain) == [.dram])
        #expect(pmu.skipped.count == 1)
        #expect(pmu.skipped[0].contains(file))
    }

    @Test("events have the names of their domains", arguments: zip(events, RAPLDomain.allCases))
    func domains(event: String, domain: RAPLDomain) {
        #expect(RAPLDomain(pmuEvent: event) == domain)
    }

    private static let events = ["energy-pkg", "energy-cores", "energy-gpu", "energy-ram", "energy-psys"]

    @Test("an unknown event is skipped and said", arguments: ["energy-core", "energy-npu"])
    func unknownEvent(name: String) throws {
        try tree.write("event=0x09", to: "\(Self.device)/events/\(name)")
        let pmu = try #require(try PowerPMU(sysfsRoot: tree.root))
        #expect(pmu.events.count == 2)
        #expect(pmu.skipped.count == 1)
    }

    @Test(
        "lists of CPUs are understood",
        arguments: [("0", [0]), ("0,18", [0, 18]), ("0-3,8", [0, 1, 2, 3, 8]), ("5-5", [5])])
    func lists(text: String, cpus: [Int]) {
        #expect(CPUTopology.parseList(text) == cpus)
    }

    @Test(
        "lists that are none are refused",
        arguments: ["", ",", "0,", "a", "3-1", "0-", "-1", "1-2-3", "0-99999999999", "0 1"])
    func badLists(text: String) {
        #expect(CPUTopology.parseList(text) == nil)
    }

    @Test("a CPU has its package and die from the topology")
    func topology() throws {
        let place = try CPUTopology(cpu: 18, sysfsRoot: tree.root)
        #expect(place.package == 1)
        #expect(place.die == 0)
        tree.remove("devices/system/cpu/cpu18/topology/die_id")
        #expect(try CPUTopology(cpu: 18, sysfsRoot: tree.root).die == nil)
        #expect(throws: Errno.noSuchFileOrDirectory) { try CPUTopology(cpu: 3, sysfsRoot: tree.root) }
        try tree.write("-1\n", to: "devices/system/cpu/cpu18/topology/physical_package_id")
        #expect(throws: Errno.invalidArgument) { try CPUTopology(cpu: 18, sysfsRoot: tree.root) }
    }
}
