import CTestSupport
import Measurement
import TestSupport
import Testing

@testable import Accounting

@Suite struct CPUBusyTimeSourceTests {
    private let proc: ProcTree
    private let sysfs: TemporaryDirectory

    init() throws {
        proc = try ProcTree()
        sysfs = try TemporaryDirectory()
    }

    private func source(_ topology: String) throws -> CPUBusyTimeSource {
        _ = try SysfsTree(topology, in: sysfs)
        return try #require(CPUBusyTimeSource(sysfsRoot: sysfs.path, procRoot: proc.root, mayTrace: false))
    }

    private func read(_ source: CPUBusyTimeSource, at offset: Int = 0) -> (row: [Int64], status: SourceStatus) {
        var row = [Int64](repeating: -1, count: source.columnCount + offset)
        var span = row.mutableSpan
        let status = source.read(into: &span, at: offset)
        return (row, status)
    }

    private static let twoPackages = "cpu 0 package 0 die 0\ncpu 1 package 1 die 0\ncpu 2 package 0 die 0"

    @Test func `CPUs add up to their package, without idle, iowait and steal`() throws {
        try proc.writeStat([0: "10 0 0 50 60 0 0 70 5 0", 1: "0 0 0 0 0 0 0 0 0 0", 2: "0 0 0 0 0 0 0 0 0 0"])
        let source = try source(Self.twoPackages)
        #expect(source.origin == .procStat)
        #expect(read(source).row == [0, 0])
        try proc.writeStat([0: "11 2 4 99 99 8 16 99 6 0", 1: "0 3 0 9 9 0 0 9 0 0", 2: "1 0 0 9 9 0 0 9 0 0"])
        let reading = read(source, at: 1)
        #expect(reading.row == [-1, 320_000_000, 30_000_000])
        #expect(reading.status == .ok)
    }

    @Test func `a column per package says what it is and where it comes from`() throws {
        try proc.writeStat([0: "0 0 0 0 0 0 0 0 0 0", 1: "0 0 0 0 0 0 0 0 0 0"])
        let columns = try source("cpu 0 package 3 die 0\ncpu 1 package 1 die 0").layout.series
        #expect(columns.map(\.series.resource) == [.cpuPackage(1), .cpuPackage(3)])
        #expect(columns.allSatisfy { $0.series.metric == .cpuBusyTime && $0.series.consumer == .localMachine })
        #expect(columns.allSatisfy { $0.series.attributes == ["source": "proc_stat"] })
        #expect(columns.map(\.column) == [0, 1])
    }

    @Test func `a CPU that goes offline keeps its time and goes on from it`() throws {
        try proc.writeStat([0: "5 0 0 0 0 0 0", 1: "0 0 0 0 0 0 0", 2: "7 0 0 0 0 0 0"])
        let source = try source(Self.twoPackages)
        try proc.writeStat([0: "6 0 0 0 0 0 0", 1: "0 0 0 0 0 0 0", 2: "9 0 0 0 0 0 0"])
        #expect(read(source).row == [30_000_000, 0])
        try proc.writeStat([0: "7 0 0 0 0 0 0", 1: "0 0 0 0 0 0 0"])
        let offline = read(source)
        #expect(offline.row == [40_000_000, 0] && offline.status == .ok)
        try proc.writeStat([0: "7 0 0 0 0 0 0", 1: "0 0 0 0 0 0 0", 2: "10 0 0 0 0 0 0"])
        #expect(read(source).row == [50_000_000, 0])
    }

    @Test func `where there is one package, CPUs without a topology are in it`() throws {
        try proc.mountCpuacct(usage: "1000 2000 3000\n")
        let source = try source("cpu 1 package 0 die 0")
        try proc.writeCpuacct("1001 2010 3100\n")
        #expect(read(source).row == [111])
    }

    @Test func `where there are several packages, CPUs without a topology are in none`() throws {
        try proc.mountCpuacct(usage: "0 0 0 0\n")
        let source = try source(Self.twoPackages)
        try proc.writeCpuacct("1 20 300 4000\n")
        #expect(read(source).row == [301, 20])
    }

    @Test func `without any topology there is no source`() throws {
        try proc.writeStat([0: "0 0 0 0 0 0 0"])
        #expect(CPUBusyTimeSource(sysfsRoot: sysfs.path, procRoot: proc.root, mayTrace: false) == nil)
    }

    @Test(
        "garbage makes all columns absent, never 0, and the next reading has all of the time",
        arguments: ["", "1000", "1000 x", "-1 -1", "1000 99999999999999999999"])
    func garbage(text: String) throws {
        try proc.mountCpuacct(usage: "1000 2000\n")
        let source = try source("cpu 0 package 0 die 0\ncpu 1 package 1 die 0")
        try proc.writeCpuacct(text)
        let reading = read(source)
        #expect(reading.row == [absentValue, absentValue])
        #expect(reading.status == .failed)
        try proc.writeCpuacct("1500 2600\n")
        let next = read(source)
        #expect(next.row == [500, 600])
        #expect(next.status == .ok)
    }

    @Test(
        "a line of /proc/stat that is not understood makes all columns absent",
        arguments: ["cpu  1\ncpu0 1 2 3 4 5 6\n", "cpu  1\ncpux 1 2 3 4 5 6 7\n", "cpu  1\ncpu0 1 2 3 4 5 6 -7\n"])
    func garbledStat(text: String) throws {
        try proc.writeStat([0: "1 0 0 0 0 0 0"])
        let source = try source("cpu 0 package 0 die 0")
        try proc.writeStat(text)
        #expect(read(source).row == [absentValue])
        try proc.writeStat([0: "2 0 0 0 0 0 0"])
        #expect(read(source).row == [10_000_000])
    }

    @Test func `values never fall`() throws {
        try proc.writeStat([0: "5 0 0 0 0 0 0"])
        let source = try source("cpu 0 package 0 die 0")
        try proc.writeStat([0: "9 0 0 0 0 0 0"])
        #expect(read(source).row == [40_000_000])
        try proc.writeStat([0: "8 0 0 0 0 0 0"])
        #expect(read(source).row == [40_000_000])
    }

    @Test func `what a container shows as the root of cpuacct is not taken for the machine`() throws {
        try proc.writeStat([0: "0 0 0 0 0 0 0"])
        try proc.mountCpuacct(usage: "1000\n", isWhole: false)
        #expect(try source("cpu 0 package 0 die 0").origin == .procStat)
    }

    @Test func `a lost CPU makes its package absent, and a new counter goes on from the old value`() {
        var times = CPUTimes(count: 2)
        times.update(0, to: 100)
        times.update(0, to: 150)
        times.lose(0)
        #expect(times[0] == absentValue && times[1] == 0)
        times.restart(0, at: 7)
        #expect(times[0] == 50)
        times.update(0, to: 10)
        #expect(times[0] == 53)
        times.update(2, to: 1)
        times.lose(2)
    }
}
