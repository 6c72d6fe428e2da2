import Glibc
import Measurement
import SystemPackage
import TestSupport
import Testing

@testable import RAPL

@Suite struct RAPLInventoryTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func inventory(of text: String) throws -> RAPLInventory {
        RAPLInventory.discover(sysfsRoot: try SysfsTree(text, in: directory).root)
    }

    /// `package@0`, `dram@0/1` with a die, `platform`.
    private func names(_ inventory: RAPLInventory) -> [String] {
        inventory.available.map { found in
            found.domain.rawValue + (found.package.map { "@\($0)" } ?? "") + (found.die.map { "/\($0)" } ?? "")
        }
    }

    @Test(
        "captured trees have their domains, each once",
        arguments: [
            (CapturedTree.singleSocket, ["package@0", "pp0@0", "pp1@0", "dram@0"]),
            (CapturedTree.dualSocket, ["package@0", "dram@0", "package@1", "dram@1"]),
            (CapturedTree.multiDie, ["package@0/0", "package@0/1", "dram@0/0", "dram@0/1"]),
            (CapturedTree.client, ["package@0", "pp0@0", "pp1@0", "platform"]),
            (CapturedTree.onlyMMIO, ["package@0"]),
        ])
    func captured(text: String, domains: [String]) throws {
        let inventory = try inventory(of: text)
        #expect(names(inventory) == domains)
        #expect(inventory.unavailable.isEmpty)
        #expect(inventory.warnings.isEmpty)
    }

    @Test("what AMD's powercap calls core is one core, and not the cores of the package")
    func singleCore() throws {
        let inventory = try inventory(of: CapturedTree.amd)
        #expect(names(inventory) == ["package@0"])
        let missing = try #require(inventory.unavailable.first)
        #expect(missing.domain == .pp0 && missing.reason.contains("one core") && missing.remedy.contains("power_core"))
    }

    @Test("a counter with little room says how often it wants to be read")
    func smallRange() throws {
        let inventory = try inventory(of: "zone intel-rapl:0 package-0 range 50000000 energy 1")
        #expect(inventory.warnings.count == 1)
        #expect(inventory.warnings.first?.contains("beyond 50.0 W it must be read more often") == true)
    }

    @Test("the package comes from the zone's name, not from its place in the list")
    func packageByName() throws {
        let inventory = try inventory(of: CapturedTree.dualSocket)
        #expect(inventory.available[0].package == 0)
        #expect(inventory.available[0].origin.hasSuffix("/intel-rapl:1"))
    }

    @Test("the copy in memory-mapped registers is used only where it is the only one")
    func mmio() throws {
        #expect(try inventory(of: CapturedTree.client).available.allSatisfy { $0.interface == .powercap })
        let other = try TemporaryDirectory()
        let only = RAPLInventory.discover(sysfsRoot: try SysfsTree(CapturedTree.onlyMMIO, in: other).root)
        #expect(only.available.map(\.interface) == [.powercapMMIO])
    }

    @Test("psys is one per machine, and the others are said")
    func psys() throws {
        let inventory = try inventory(of: CapturedTree.twoPsys)
        #expect(names(inventory) == ["platform"])
        #expect(inventory.available[0].origin.hasSuffix("intel-rapl:1"))
        #expect(inventory.warnings.count == 1)
        #expect(inventory.warnings[0].contains("intel-rapl:0"))
    }

    @Test("the series are those of the export")
    func layout() throws {
        let layout = try inventory(of: CapturedTree.client + "\nzone intel-rapl:0:2 dram range 1 energy 1").layout
        #expect(layout.columnCount == 5)
        #expect(layout.series.map(\.column) == [0, 1, 2, 3, 4])
        #expect(
            layout.series.map(\.series.resource) == [
                .cpuPackage(0), .cpuPackage(0), .cpuPackage(0), .dram(0), .localMachine,
            ])
        #expect(
            layout.series.map(\.series.attributes)
                == ["package", "pp0", "pp1", "dram", "platform"].map {
                    ["domain": $0]
                })
        #expect(layout.series.allSatisfy { $0.series.metric.nameWithUnit == "rapl_consumed_energy_J" })
        #expect(layout.series.allSatisfy { $0.multiplier == 1 && $0.divisor == 1e6 && $0.provesItselfByMoving })
    }

    @Test("a series of the PMU is scaled to joules")
    func pmuSeries() {
        let counter = AvailableDomain.Counter.event(type: 21, config: 2, cpu: 0, scale: 1.0 / 4_294_967_296)
        let domain = AvailableDomain(domain: .dram, package: 1, die: 1, interface: .powerPMU, counter: counter)
        let column = domain.seriesColumn(at: 3)
        #expect(column.multiplier == 1.0 / 16_777_216)
        #expect(column.divisor == 1)
        #expect(column.series.attributes == ["domain": "dram", "die": "1"])
        #expect(column.series.resource == .dram(1))
    }

    @Test("faulty zones have a reason and a remedy each, and the sound ones beside them are used")
    func faulty() throws {
        let inventory = try inventory(of: CapturedTree.faulty)
        #expect(names(inventory) == ["dram@0", "package@1"])
        let reasons = inventory.unavailable.map(\.reason)
        let expected = [
            "intel-rapl:0/energy_uj: Is a directory (errno 21)", "intel-rapl:0:0/energy_uj does not hold a number",
            "intel-rapl:0:1/energy_uj: No such file or directory (errno 2)",
            "intel-rapl:1/name: No such file or directory (errno 2)",
        ]
        #expect(reasons.count == expected.count)
        for (reason, end) in zip(reasons, expected) { #expect(reason.hasSuffix(end)) }
        #expect(inventory.unavailable.map(\.domain) == [.package, .pp0, .pp1, nil])
        #expect(inventory.unavailable.allSatisfy { !$0.remedy.isEmpty })
        let warnings = inventory.warnings
        #expect(warnings.count == 3)
        #expect(warnings.filter { $0.contains("max_energy_range_uj") }.count == 2)
        #expect(warnings.filter { $0.contains("\"cache\" is not known") }.count == 1)
    }

    @Test(
        "without permission the remedies are named, and root reads again",
        .enabled(if: geteuid() == 0, "only root can lay down files that others must not read"))
    func permission() throws {
        let zones = """
            zone intel-rapl:0 package-0 range 262143328850 energy 1
            zone intel-rapl:0:0 core range 262143328850 energy 1
            """
        let tree = try SysfsTree(zones, in: directory)
        for zone in ["intel-rapl:0", "intel-rapl:0:0"] {
            try tree.forbidReading("\(SysfsTree.directory(ofZone: zone))/energy_uj")
        }
        let inventory = try asNobody { RAPLInventory.discover(sysfsRoot: tree.root) }
        #expect(inventory.available.isEmpty)
        #expect(inventory.unavailable.map(\.domain) == [.package, .pp0])
        #expect(inventory.unavailable[0].reason.hasSuffix("Permission denied (errno 13)"))
        #expect(inventory.unavailable[0].remedy.contains("CVE-2020-8694"))
        #expect(inventory.unavailable[0].remedy.contains("CAP_PERFMON"))
        #expect(inventory.makeSource() == nil)
        #expect(RAPLInventory.discover(sysfsRoot: tree.root).available.count == 2)
    }

    /// Runs `body` with the file permissions of nobody, for this thread alone.
    private func asNobody<Answer>(_ body: () -> Answer) throws -> Answer {
        // Glibc's module map leaves <sys/fsuid.h> out.
        let symbol = try #require(dlsym(nil, "setfsuid"))
        let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)
        let previous = setfsuid(65534)
        defer { _ = setfsuid(uid_t(previous)) }
        return body()
    }

    @Test("the permission that the PMU needs is named")
    func pmuPermission() {
        for errno in [Errno.permissionDenied, .notPermitted] {
            #expect(RAPLRemedy.powerPMU(errno).contains("CAP_PERFMON"))
            #expect(RAPLRemedy.powerPMU(errno).contains("perf_event_paranoid"))
        }
    }

    @Test("the PMU of another machine's tree is not opened, and that is said")
    func foreignPMU() throws {
        let inventory = try inventory(of: CapturedTree.powerPMU)
        #expect(inventory.available.map(\.interface) == [.powercap, .powercap])
        #expect(inventory.warnings.count == 1)
        #expect(inventory.warnings[0].contains("power PMU"))
        #expect(inventory.unavailable.isEmpty)
    }

    @Test("a PMU whose events cannot be opened has a reason per domain and package")
    func unopenedPMU() throws {
        let tree = try SysfsTree(CapturedTree.powerPMU, in: directory)
        try tree.write("4294967295", to: "bus/event_source/devices/power/type")
        let findings = PowerPMUScan.run(sysfsRoot: tree.root, canOpen: true)
        #expect(findings.available.isEmpty)
        #expect(findings.unavailable.map(\.domain) == [.package, .dram, .package, .dram])
        #expect(findings.unavailable.map(\.package) == [0, 0, 1, 1])
        #expect(findings.unavailable.allSatisfy { $0.interface == .powerPMU && !$0.remedy.isEmpty })
    }

    @Test("a PMU whose description is garbage has a reason")
    func garbagePMU() throws {
        let tree = try SysfsTree(CapturedTree.powerPMU, in: directory)
        try tree.write("many", to: "bus/event_source/devices/power/cpumask")
        let inventory = RAPLInventory.discover(sysfsRoot: tree.root)
        #expect(inventory.unavailable.map(\.interface) == [.powerPMU])
        #expect(inventory.unavailable[0].reason.hasSuffix("cpumask is not understood"))
        #expect(inventory.available.count == 2)
    }

    @Test("a machine without any counter says so", arguments: ["", "/", "/class"])
    func nothing(below: String) throws {
        let root = directory.path + below
        let inventory = RAPLInventory.discover(sysfsRoot: root)
        #expect(inventory.available.isEmpty)
        #expect(inventory.makeSource() == nil)
        #expect(inventory.unavailable.count == 1)
        #expect(inventory.unavailable[0].reason.contains("no RAPL counters"))
        #expect(inventory.unavailable[0].remedy.contains("virtual machines"))
        #expect(inventory.unavailable[0].interface == nil)
    }

    @Test(
        "where nothing is understood or usable, that is said too",
        arguments: [
            "zone intel-rapl:0 npu range 1 energy 1", "zone dtpm:0 devfreq range 1 energy 1",
            "file bus/event_source/devices/power/type = 21\nfile bus/event_source/devices/power/cpumask = 0",
        ])
    func nothingUsable(text: String) throws {
        let inventory = try inventory(of: text)
        #expect(inventory.available.isEmpty)
        #expect(inventory.unavailable.count == 1)
    }

    @Test("zones may be directories in place of links, as in a copied tree")
    func directories() throws {
        let inventory = try inventory(
            of: """
                file class/powercap/intel-rapl:0/name = package-3
                file class/powercap/intel-rapl:0/energy_uj = 1
                file class/powercap/intel-rapl:0/max_energy_range_uj = 100
                file class/powercap/intel-rapl:0:0/name = dram
                file class/powercap/intel-rapl:0:0/energy_uj = 1
                file class/powercap/intel-rapl:0:0/max_energy_range_uj = 100
                """)
        #expect(names(inventory) == ["package@3", "dram@3"])
    }

    @Test("a part of a package whose parent is missing or none is not guessed")
    func orphans() throws {
        let inventory = try inventory(
            of: """
                zone intel-rapl:0 psys range 262143328850 energy 1
                zone intel-rapl:0:0 core range 262143328850 energy 1
                zone intel-rapl:1 dram range 262143328850 energy 1
                file class/powercap/intel-rapl:7:0/name = uncore
                """)
        #expect(names(inventory) == ["platform"])
        #expect(inventory.unavailable.count == 1)
        #expect(inventory.warnings.count == 2)
    }

    @Test("links into a masked directory, as containers have them, say so")
    func masked() throws {
        let tree = try SysfsTree(CapturedTree.amd, in: directory)
        tree.remove("devices/virtual/powercap")
        let inventory = RAPLInventory.discover(sysfsRoot: tree.root)
        #expect(inventory.available.isEmpty)
        #expect(inventory.unavailable.count == 2)
        #expect(inventory.unavailable.allSatisfy { $0.remedy.contains("container") })
    }

    @Test("the machine that the test runs on is described without an error")
    func thisMachine() {
        let inventory = RAPLInventory.discover()
        #expect(!inventory.available.isEmpty || !inventory.unavailable.isEmpty)
    }
}
