import Analysis
import Exposition
import Measurement
import Testing

@testable import PerfEvents

/// Hardware events that share the hardware, with counters that are pipes: this machine may have none.
@Suite struct CoverageTests {
    private static let names = ["cycles", "instructions", "branches", "cache-misses", "branch-misses"]

    /// Five hardware events and the clock: groups of the clock, of four, and of one.
    private func source(_ counters: FakeCounters) throws -> PerfEventSource {
        try PerfEventSource(
            events: Self.names.map { try #require(PerfEvent(parsing: $0)) } + [PerfEventCatalog.taskClock],
            userModeOnly: [], open: counters.opener)
    }

    /// Three readings 1 µs apart: the group of four is on the hardware half of the time, then all of it; the last event never.
    private func measured() throws -> (layout: SourceLayout, block: FrameBlock) {
        let counters = FakeCounters()
        let source = try source(counters)
        let layout = source.layout(consumer: .process(1))
        var block = FrameBlock(columnCount: layout.columnCount, capacity: 3)
        let readings: [(enabled: Int64, running: Int64, value: Int64)] = [(0, 0, 0), (1000, 500, 10), (2000, 1500, 30)]
        for (enabled, running, value) in readings {
            counters.answer(group: 0, enabled: enabled, running: enabled, values: [enabled])
            counters.answer(
                group: 1, enabled: enabled, running: running, values: [value, 2 * value, 3 * value, 4 * value])
            counters.answer(group: 2, enabled: enabled, running: 0, values: [0])
            block.append(at: MonotonicInstant(nanoseconds: enabled), values: row(of: source).values)
        }
        return (layout, block)
    }

    @Test func `hardware events are opened four to a group, the kernel's in one of their own`() throws {
        let counters = FakeCounters()
        _ = try source(counters)
        #expect(counters.opened.map(\.event.name).first == "TASK_CLOCK")
        #expect(counters.opened.map(\.group) == [0, 1, 1, 1, 1, 2])
    }

    @Test func `totals are scaled, and what never got on the hardware has none`() throws {
        let (layout, block) = try measured()
        var accumulator = RunAccumulator(layout: layout)
        accumulator.add(block)
        let totals = Dictionary(uniqueKeysWithValues: accumulator.totals.map { ($0.series.metric.name, $0) })
        #expect(totals["perf_hardware_CPU_CYCLES"]?.result == .measured(.integer(40)))
        #expect(totals["perf_hardware_CPU_CYCLES"]?.coverage == 0.75)
        #expect(totals["perf_software_TASK_CLOCK"]?.coverage == 1)
        guard case .unavailable(let reason) = totals["perf_hardware_BRANCH_MISSES"]?.result else {
            Issue.record("an event that never ran has a number")
            return
        }
        #expect(reason.hasPrefix("it never got a hardware counter: others held them for the whole run"))
        #expect(totals["perf_hardware_BRANCH_MISSES"]?.coverage == 0)
    }

    @Test func `a row of the CSV has its own coverage, and what never ran has no row`() throws {
        let (layout, block) = try measured()
        let anchor = ClockAnchor(
            monotonic: MonotonicInstant(nanoseconds: 0),
            wall: WallInstant(nanosecondsSinceEpoch: 1_715_722_129_000_000_000))
        var csv = MeasurementsCSV(layout: layout, anchor: anchor)
        var bytes: [UInt8] = []
        csv.render(block, into: &bytes)
        let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let instructions = rows.filter { $0.hasPrefix("perf_hardware_INSTRUCTIONS;") }
        #expect(instructions.map { $0.split(separator: ";").last } == ["coverage=0.5", "1"])
        #expect(instructions.first?.contains(";40;local_machine;;process;1;coverage=0.5") == true)
        #expect(instructions.last?.contains(";40;local_machine;;process;1;") == true)
        #expect(!rows.contains { $0.contains("BRANCH_MISSES") })
    }

    @Test func `PMUs do not share groups`() throws {
        let counters = FakeCounters()
        var other = PerfEvent(
            name: "msr/tsc/", metric: Metric(name: "perf_pmu_msr_tsc", unit: .count), type: 10, config: 0)
        other.place = .pmu("msr")
        _ = try PerfEventSource(
            events: [try #require(PerfEvent(parsing: "cycles")), other, try #require(PerfEvent(parsing: "r1"))],
            userModeOnly: [], open: counters.opener)
        #expect(counters.opened.map(\.event.name) == ["CPU_CYCLES", "r1", "msr/tsc/"])
        #expect(counters.opened.map(\.group) == [0, 0, 1])
    }
}
