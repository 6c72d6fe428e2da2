import Analysis
import Measurement
import SystemPackage
import TestSupport
import Testing

@testable import PerfEvents

/// Processors with cores of two types, of which there is none here: a captured tree and counters that are pipes.
@Suite struct HybridTests {
    private let directory: TemporaryDirectory
    private let resolver: PerfEventResolver

    init() throws {
        directory = try TemporaryDirectory()
        let tree = try SysfsTree(CapturedTree.hybridPMUs, in: directory)
        resolver = PerfEventResolver(
            pmus: PMUDirectory(sysfsRoot: tree.root, isLive: true), tracefs: Tracefs(procRoot: "/nowhere"),
            models: ModelEventNames(path: "/nowhere"))
    }

    private func backend(_ answer: @escaping @Sendable (PerfEvent) -> Errno? = { _ in nil }) -> PerfEventBackend {
        let probe = PerfEventProbe(environment: PerfEnvironment(root: "/nowhere")) { event throws(Errno) in
            if let error = answer(event) { throw error }
        }
        return PerfEventBackend(probe: probe, resolver: resolver)
    }

    private func plan(_ names: [String]?, _ answer: @escaping @Sendable (PerfEvent) -> Errno? = { _ in nil }) throws
        -> PerfEventPlan
    {
        try #require(try backend(answer).plan(events: names) as? PerfEventPlan)
    }

    @Test func `only the PMUs of cores are core types`() {
        #expect(resolver.pmus.coreTypes == [.init(name: "cpu_atom", type: 10), .init(name: "cpu_core", type: 4)])
    }

    private static let encodings: [(name: String, type: [UInt32], config: [UInt64])] = [
        ("cycles", [0, 0], [0xa_0000_0000, 0x4_0000_0000]),
        ("instructions:u", [0, 0], [0xa_0000_0001, 0x4_0000_0001]),
        ("LL_READ_MISS", [3, 3], [0xa_0001_0002, 0x4_0001_0002]), ("r412e", [10, 4], [0x412e, 0x412e]),
    ]

    @Test(arguments: encodings)
    func `a hardware event is opened on both types of cores`(name: String, type: [UInt32], config: [UInt64]) throws {
        let events = try resolver.resolve(name)
        #expect(events.map(\.type) == type)
        #expect(events.map(\.config) == config)
        #expect(events.map(\.place) == [.cores(pmu: "cpu_atom"), .cores(pmu: "cpu_core")])
        #expect(Set(events.map(\.metric)).count == 1)
        #expect(events.map { $0.series(consumer: .process(1)).attributes["pmu"] } == ["cpu_atom", "cpu_core"])
        #expect(events.allSatisfy { $0.name.hasSuffix(":u") == name.hasSuffix(":u") })
    }

    @Test func `software events are opened once, and an event of one PMU on that alone`() throws {
        #expect(try resolver.resolve("faults").count == 1)
        let slots = try resolver.resolve("cpu_core/slots/")
        #expect(slots.map(\.place) == [.cores(pmu: "cpu_core")])
        #expect(slots.first?.config == 0x400)
    }

    @Test func `an event that one type of core lacks is counted on the other, and the run says so`() throws {
        let lacking: @Sendable (PerfEvent) -> Errno? = { event in
            event.name == "LL_READ_MISS" && event.place == .cores(pmu: "cpu_atom") ? .noSuchFileOrDirectory : nil
        }
        let plan = try plan(["LL_READ_MISS"], lacking)
        #expect(plan.events.map(\.label) == ["LL_READ_MISS (cpu_core)", "TASK_CLOCK"])
        #expect(plan.warnings.count == 1 && plan.warnings[0].hasPrefix("not counted: LL_READ_MISS (cpu_atom): "))
        guard case .limited(let obstacle) = backend(lacking).availability(ofName: "LL_READ_MISS") else {
            Issue.record("an event that is counted on one type of core is there in part")
            return
        }
        #expect(obstacle.reason.hasPrefix("not counted as LL_READ_MISS (cpu_atom): "))
        #expect(throws: EventSelectionError.self) { try self.plan(["LL_READ_MISS"]) { _ in .noSuchFileOrDirectory } }
    }

    @Test func `where the counter of presence is refused nothing is counted on that type`() throws {
        let plan = try plan(["cycles"]) { $0.isPinned && $0.place == .cores(pmu: "cpu_atom") ? .invalidArgument : nil }
        #expect(plan.events.map(\.label) == ["CPU_CYCLES (cpu_core)", "TASK_CLOCK"])
    }

    @Test func `an event on both types counts once against the limit`() throws {
        let names = (1...64).map { "r\(String($0, radix: 16))" }
        #expect(try plan(names).events.count == 2 * 64 + 1)
        #expect(throws: EventSelectionError.self) { try self.plan(names + ["r41"]) }
    }

    // MARK: - Counting

    /// Groups in the order of opening: the clock; the presence on atom and CYCLES there; the same on core.
    private func source(_ counters: FakeCounters) throws -> PerfEventSource {
        let plan = try plan(["cycles"])
        return try PerfEventSource(
            events: plan.events, userModeOnly: [], presences: plan.presences, open: counters.opener)
    }

    /// Feeds two readings, the first all zero, and gives the totals by PMU.
    private func totals(
        atom: (presence: (Int64, Int64), counter: (Int64, Int64, Int64)),
        core: (presence: (Int64, Int64), counter: (Int64, Int64, Int64))
    ) throws -> [String: SeriesTotal] {
        let counters = FakeCounters()
        let source = try source(counters)
        let layout = source.layout(consumer: .process(1))
        var block = FrameBlock(columnCount: layout.columnCount, capacity: 2)
        for factor in [Int64(0), 1] {
            counters.answer(group: 0, enabled: 1000 * factor, running: 1000 * factor, values: [1000 * factor])
            for (index, type) in [atom, core].enumerated() {
                let (presence, counter) = type
                counters.answer(
                    group: 1 + 2 * index, enabled: presence.0 * factor, running: presence.1 * factor, values: [0])
                counters.answer(
                    group: 2 + 2 * index, enabled: counter.0 * factor, running: counter.1 * factor,
                    values: [counter.2 * factor])
            }
            block.append(at: MonotonicInstant(nanoseconds: 1000 * factor), values: row(of: source).values)
        }
        var accumulator = RunAccumulator(layout: layout)
        accumulator.add(block)
        return Dictionary(
            uniqueKeysWithValues: accumulator.totals.map { ($0.series.attributes["pmu"] ?? "", $0) })
    }

    @Test func `each type has a pinned counter that tells how long the program was on it`() throws {
        let counters = FakeCounters()
        let source = try source(counters)
        #expect(counters.opened.map(\.event.isPinned) == [false, true, false, true, false])
        #expect(counters.opened.map(\.group) == [0, 1, 2, 3, 4])
        #expect(
            counters.opened.map(\.event.place) == [
                .kernel, .cores(pmu: "cpu_atom"), .cores(pmu: "cpu_atom"), .cores(pmu: "cpu_core"),
                .cores(pmu: "cpu_core"),
            ])
        #expect(source.layout(consumer: .process(1)).series.count == 3)
    }

    @Test func `time on cores of the other type is no reason to scale`() throws {
        let totals = try totals(atom: ((1000, 250), (1000, 250, 77)), core: ((1000, 750), (1000, 750, 300)))
        #expect(totals["cpu_atom"]?.result == .measured(.integer(77)))
        #expect(totals["cpu_core"]?.result == .measured(.integer(300)))
        #expect(totals["cpu_atom"]?.coverage == 1 && totals["cpu_core"]?.coverage == 1)
    }

    @Test func `time without a counter on the own type is`() throws {
        let totals = try totals(atom: ((1000, 400), (1000, 100, 50)), core: ((1000, 600), (1000, 600, 300)))
        #expect(totals["cpu_atom"]?.result == .measured(.integer(200)))
        #expect(totals["cpu_atom"]?.coverage == 0.25)
        #expect(totals["cpu_core"]?.result == .measured(.integer(300)))
    }

    @Test func `a type that the program never was on has no number, and the reason says so`() throws {
        let totals = try totals(atom: ((1000, 0), (1000, 0, 0)), core: ((1000, 1000), (1000, 1000, 300)))
        #expect(
            totals["cpu_atom"]?.result
                == .unavailable(
                    reason: "it was never switched on: the command did not come to run on a core of cpu_atom"))
        #expect(totals["cpu_core"]?.result == .measured(.integer(300)))
    }

    @Test func `a program that was on the type and whose counter was not has no number either`() throws {
        let totals = try totals(atom: ((1000, 500), (1000, 0, 0)), core: ((1000, 500), (1000, 500, 300)))
        guard case .unavailable(let reason) = totals["cpu_atom"]?.result else {
            Issue.record("never on the hardware is not 0")
            return
        }
        #expect(reason.hasPrefix("it never got a hardware counter"))
    }

    @Test func `a pinned counter that the kernel gave up takes the values with it`() throws {
        let second: Int64 = 1_000_000_000
        let totals = try totals(
            atom: ((second / 2, second / 4), (second, second / 4, 50)),
            core: ((second, second / 2), (second, second / 2, 300)))
        guard case .unavailable = totals["cpu_atom"]?.result else {
            Issue.record("a scale that nobody knows gives no number")
            return
        }
        #expect(totals["cpu_core"]?.result == .measured(.integer(300)))
    }
}
