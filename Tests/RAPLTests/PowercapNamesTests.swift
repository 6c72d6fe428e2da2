import Testing

@testable import RAPL

@Suite struct PowercapNamesTests {
    @Test(
        "names of zones are understood",
        arguments: [
            ("package-0", .package(0, die: nil)), ("package-12", .package(12, die: nil)),
            ("package-1-die-3", .package(1, die: 3)), ("core", .part(.pp0)), ("uncore", .part(.pp1)),
            ("dram", .part(.dram)), ("psys", .platform(package: nil)), ("psys-1", .platform(package: 1)),
        ] as [(String, PowercapZoneName)])
    func understands(text: String, name: PowercapZoneName) {
        #expect(PowercapZoneName(text) == name)
    }

    @Test(
        "names that are not known are refused",
        arguments: [
            "", "package", "package-", "package-x", "package--1", "package-0-die", "package-0-die-", "package-0-tile-1",
            "package-0-die-1-x", "package-99999999999999999999", "Package-0", "core-0", "dram0", "psys-", "psys-x", "-",
        ])
    func refuses(text: String) {
        #expect(PowercapZoneName(text) == nil)
    }

    @Test(
        "entries of the directory are understood",
        arguments: [
            ("intel-rapl:0", .powercap, [0]), ("intel-rapl:1:2", .powercap, [1, 2]),
            ("intel-rapl-mmio:0", .powercapMMIO, [0]), ("intel-rapl-mmio:0:10", .powercapMMIO, [0, 10]),
        ] as [(String, RAPLInterface, [Int])])
    func entries(text: String, interface: RAPLInterface, numbers: [Int]) throws {
        let entry = try #require(PowercapEntry(text))
        #expect(entry.interface == interface)
        #expect(entry.numbers == numbers)
        #expect(entry.name == text)
        #expect(entry.parent?.numbers == (numbers.count > 1 ? [numbers[0]] : nil))
    }

    @Test(
        "entries of other drivers are none of ours",
        arguments: [
            "", "intel-rapl", "intel-rapl-mmio", "dtpm", "dtpm:0", "intel-rapl:", "intel-rapl:x", "intel-rapl:0:",
            "intel-rapl:0:1:2", "intel-rapl:-1", "intel-rapl-tpmi:0",
        ])
    func others(text: String) {
        #expect(PowercapEntry(text) == nil)
    }

    @Test("entries are in order of their numbers, not of their letters")
    func order() {
        let names = ["intel-rapl:10", "intel-rapl-mmio:0", "intel-rapl:2:0", "intel-rapl:2"]
        let sorted = names.compactMap { PowercapEntry($0) }.sorted().map(\.name)
        #expect(sorted == ["intel-rapl:2", "intel-rapl:2:0", "intel-rapl:10", "intel-rapl-mmio:0"])
    }
}
