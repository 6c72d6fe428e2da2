import Glibc
import LinuxSystem
import Measurement
import SystemPackage
import Testing

@testable import RAPL

@Suite struct PowerPMUGroupTests {
    /// Two ends of a pipe: what is written into it stands for the kernel's answer to one read of a group.
    private struct Answers {
        let readEnd: Int32
        let writeEnd: OwnedDescriptorBox

        init() throws {
            var ends: [Int32] = [0, 0]
            try systemCall { pipe(&ends) }
            try systemCall { fcntl(ends[0], F_SETFL, O_NONBLOCK) }
            readEnd = ends[0]
            writeEnd = OwnedDescriptorBox(ends[1])
        }

        func give(_ words: [UInt64]) throws {
            try systemCall { write(writeEnd.descriptor.rawValue, words, words.count * 8) }
        }
    }

    private final class OwnedDescriptorBox {
        let descriptor: OwnedDescriptor
        init(_ rawValue: Int32) { descriptor = OwnedDescriptor(rawValue) }
    }

    @Test("the counts of a group are those behind its header")
    func reads() throws {
        let answers = try Answers()
        let group = PowerPMUGroup(owning: [answers.readEnd, dup(answers.readEnd)])
        try answers.give([2, 10, 10, 111, 222])
        try group.read()
        #expect(group.count(of: 0) == 111)
        #expect(group.count(of: 1) == 222)
    }

    @Test(
        "an answer that is not the whole group is an error",
        arguments: [[1, 10, 10, 111], [1, 10, 10, 111, 222], [2, 10, 10]] as [[UInt64]])
    func shortAnswers(words: [UInt64]) throws {
        let answers = try Answers()
        let group = PowerPMUGroup(owning: [answers.readEnd, dup(answers.readEnd)])
        try answers.give(words)
        #expect(throws: Errno.ioError) { try group.read() }
    }

    @Test("columns of a group get scaled energy, absence on an error, and energy again afterwards")
    func columns() throws {
        let answers = try Answers()
        let group = PowerPMUGroup(owning: [answers.readEnd, dup(answers.readEnd)])
        let columns = PowerPMUColumns(group: group, columns: [1, 0], scales: [1, 1])
        var readers = RAPLReaders(zones: [], groups: [columns])
        var rows: [[Int64]] = []
        for (time, words) in [[2, 1, 1, 256, 0], [2, 1, 1, 512, 256], [], [2, 1, 1, 1024, 256]].enumerated() {
            try answers.give(words.map { UInt64($0) })
            var row: [Int64] = [0, 0]
            _ = readers.read(at: MonotonicInstant(nanoseconds: Int64(time))) { row[$0] = $1 }
            rows.append(row)
        }
        #expect(rows == [[0, 0], [1, 1], [absentValue, absentValue], [1, 3]])
        #expect(readers.readErrors == 2)
    }

    /// PERF_TYPE_SOFTWARE with PERF_COUNT_SW_CPU_CLOCK, _PAGE_FAULTS and an event that no kernel has.
    private static let software: (type: UInt32, events: [UInt64], unknown: UInt64) = (1, [0, 2], 4711)

    private static var mayCountCPUs: Bool {
        PowerPMUGroup.open(type: software.type, configs: [0], cpu: 0).failures.isEmpty
    }

    @Test(
        "events of one CPU are opened as one group and rise",
        .enabled(if: mayCountCPUs, "counting a whole CPU needs CAP_PERFMON and a kernel with perf events"))
    func opensGroup() throws {
        let opened = PowerPMUGroup.open(type: Self.software.type, configs: Self.software.events, cpu: 0)
        #expect(opened.failures.isEmpty)
        #expect(opened.groups.map(\.members) == [[0, 1]])
        try opened.groups[0].group.read()
        let first = opened.groups[0].group.count(of: 0)
        try opened.groups[0].group.read()
        #expect(opened.groups[0].group.count(of: 0) > first)
    }

    @Test(
        "where the group is refused, what can be opened is opened alone and the rest has its reason",
        .enabled(if: mayCountCPUs, "counting a whole CPU needs CAP_PERFMON and a kernel with perf events"))
    func fallsBack() throws {
        let configs = [0, Self.software.unknown, 2]
        let opened = PowerPMUGroup.open(type: Self.software.type, configs: configs, cpu: 0)
        #expect(opened.groups.map(\.members) == [[0], [2]])
        #expect(opened.failures.keys.sorted() == [1])
        for (group, _) in opened.groups { try group.read() }
    }

    @Test("no events make no group")
    func nothing() {
        let opened = PowerPMUGroup.open(type: Self.software.type, configs: [], cpu: 0)
        #expect(opened.groups.isEmpty)
        #expect(opened.failures.isEmpty)
    }
}
