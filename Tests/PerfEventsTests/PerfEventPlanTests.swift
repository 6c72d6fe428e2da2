import Measurement
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import PerfEvents

/// A kernel that counts what it is told to, and notes what it was asked.
private final class FakeKernel: Sendable {
    private let answer: @Sendable (PerfEvent) -> Errno?
    private let asked = Mutex<[String]>([])

    init(_ answer: @escaping @Sendable (PerfEvent) -> Errno? = { _ in nil }) {
        self.answer = answer
    }

    var questions: [String] { asked.withLock { $0 } }

    func makeProbe() -> PerfEventProbe {
        PerfEventProbe(environment: PerfEnvironment(root: "/nowhere")) { [self] event throws(Errno) in
            asked.withLock { $0.append(event.name) }
            if let error = answer(event) { throw error }
        }
    }

    func makeBackend() -> PerfEventBackend { PerfEventBackend(probe: makeProbe()) }
}

private func noCounters(_ event: PerfEvent) -> Errno? { event.isSoftware ? nil : .noSuchFileOrDirectory }

/// What `perf_event_paranoid` 2 leaves to a process without rights.
private func paranoid(_ event: PerfEvent) -> Errno? {
    event.modifiers == .user || event.ignoresModes ? nil : .permissionDenied
}

@Suite struct PerfEventPlanTests {
    private func plan(_ kernel: FakeKernel, _ events: [String]?) throws -> PerfEventPlan {
        try #require(try kernel.makeBackend().plan(events: events) as? PerfEventPlan)
    }

    private func faults(_ kernel: FakeKernel, _ events: [String]) -> [EventSelectionError.Fault] {
        do throws(EventSelectionError) {
            _ = try kernel.makeBackend().plan(events: events)
            return []
        } catch {
            return error.faults
        }
    }

    @Test("where everything is counted the default set is complete and there is nothing to say")
    func defaults() throws {
        let plan = try plan(FakeKernel(), nil)
        #expect(plan.events.map(\.name) == PerfEventCatalog.defaultNames)
        #expect(plan.warnings == [])
    }

    @Test("what the default set lacks is one warning for each reason")
    func missingDefaults() throws {
        let kernel = FakeKernel { event in
            event.name == "CPU_MIGRATIONS" ? .noSuchFileOrDirectory : noCounters(event)
        }
        let plan = try plan(kernel, nil)
        #expect(plan.events.map(\.name) == ["TASK_CLOCK", "PAGE_FAULTS", "CONTEXT_SWITCHES"])
        #expect(
            plan.warnings == [
                "not counted: CPU_MIGRATIONS: this kernel does not know the event",
                "not counted: REF_CPU_CYCLES, CACHE_MISSES, BRANCH_MISSES, LL_READ_MISS, INSTRUCTIONS, CPU_CYCLES: "
                    + "this machine has no hardware counters: on a virtual machine, let the hypervisor pass a PMU on",
            ])
    }

    @Test("what was asked for by name and cannot be had is a fault each, with its place in the list")
    func namedFaults() {
        let faults = faults(
            FakeKernel(noCounters), ["cycles", "page-faults", "nonsense", "CONTEXT_SWITCHES:u", "task-clock:k"])
        #expect(faults.map(\.index) == [0, 2, 3, 4])
        #expect(faults.map(\.name) == ["cycles", "nonsense", "CONTEXT_SWITCHES:u", "task-clock:k"])
        #expect(faults[0].message.hasPrefix("cannot be counted: this machine has no hardware counters"))
        #expect(faults[1].message.hasPrefix("is no event"))
        #expect(
            faults[2].message
                == "cannot be counted: it happens in the kernel only, and with :u the kernel would answer 0")
        #expect(faults[3].message.hasPrefix("cannot be counted: the kernel counts this time in all modes"))
    }

    @Test("TASK_CLOCK is counted whatever was asked for, once")
    func taskClock() throws {
        #expect(try plan(FakeKernel(), []).events.map(\.name) == ["TASK_CLOCK"])
        #expect(try plan(FakeKernel(), ["cycles"]).events.map(\.name) == ["CPU_CYCLES", "TASK_CLOCK"])
        #expect(try plan(FakeKernel(), ["task-clock", "cs"]).events.map(\.name) == ["TASK_CLOCK", "CONTEXT_SWITCHES"])
    }

    @Test("a TASK_CLOCK that cannot be had is a warning to those who did not ask for it")
    func noTaskClock() throws {
        let kernel = FakeKernel { $0.name == "TASK_CLOCK" ? .noFunction : nil }
        let plan = try plan(kernel, ["faults"])
        #expect(plan.events.map(\.name) == ["PAGE_FAULTS"])
        #expect(
            plan.warnings.count == 1 && plan.warnings[0].hasPrefix("not counted: TASK_CLOCK: perf_event_open is not"))
        #expect(faults(kernel, ["task-clock"]).count == 1)
    }

    @Test("an event that is named twice is counted once; with another modifier it is another event")
    func duplicates() throws {
        let names = ["cycles", "CPU_CYCLES", "cpu-cycles:uk", "cycles:u", "CPU_CYCLES:U", "cycles:k"]
        #expect(
            try plan(FakeKernel(), names).events.map(\.name)
                == ["CPU_CYCLES", "CPU_CYCLES:u", "CPU_CYCLES:k", "TASK_CLOCK"])
    }

    @Test("a run counts 64 events at most, those named again and TASK_CLOCK not included")
    func tooMany() throws {
        let names = (1...64).map { "r\(String($0, radix: 16))" }
        #expect(try plan(FakeKernel(), names + ["r1", "R40"]).events.count == 65)
        let faults = faults(FakeKernel(), names + ["r41", "r1", "cycles"])
        #expect(faults.map(\.index) == [64, 66])
        #expect(faults.allSatisfy { $0.message == "is one too many: a run counts at most 64 events" })
    }

    @Test("without rights user mode alone is counted, and the run says so; clocks are whole nonetheless")
    func userModeOnly() throws {
        let plan = try plan(FakeKernel(paranoid), nil)
        #expect(
            plan.events.map(\.name) == [
                "REF_CPU_CYCLES", "CACHE_MISSES", "BRANCH_MISSES", "LL_READ_MISS", "INSTRUCTIONS", "CPU_CYCLES",
                "TASK_CLOCK", "PAGE_FAULTS",
            ])
        let warnings = plan.warnings
        #expect(warnings.count == 2)
        #expect(warnings[0].hasPrefix("not counted: CONTEXT_SWITCHES, CPU_MIGRATIONS: not permitted"))
        #expect(
            warnings[1] == "counted in user mode only: REF_CPU_CYCLES, CACHE_MISSES, BRANCH_MISSES, LL_READ_MISS, "
                + "INSTRUCTIONS, CPU_CYCLES, PAGE_FAULTS: kernel.perf_event_paranoid forbids the rest without CAP_PERFMON"
        )
        #expect(faults(FakeKernel(paranoid), ["cycles:k", "cs"]).map(\.index) == [0, 1])
    }

    @Test("the kernel looks at the rights first; an event that is missing all the same is said to be missing")
    func missingForEverybody() {
        let probe = FakeKernel { event in
            event.modifiers == .user ? .noSuchFileOrDirectory : .permissionDenied
        }.makeProbe()
        guard case .unavailable(let obstacle) = probe.availability(of: PerfEvent(parsing: "cycles")!) else {
            Issue.record("what cannot be opened is not available")
            return
        }
        #expect(obstacle.reason == "this machine has no hardware counters")
    }

    @Test("what the kernel takes and never counts is not available, without asking it")
    func silent() {
        let kernel = FakeKernel()
        let probe = kernel.makeProbe()
        #if arch(x86_64)
        for name in ["alignment-faults", "EMULATION_FAULTS:u"] {
            guard case .unavailable = probe.availability(of: PerfEvent(parsing: name)!) else {
                Issue.record("\(name) would read 0 for ever")
                return
            }
        }
        #expect(kernel.questions == [])
        #else
        #expect(probe.availability(of: PerfEvent(parsing: "alignment-faults")!) == .available)
        #endif
    }

    @Test("a run names a thousand events at most, in whatever spelling")
    func tooManyNames() {
        let names = (0..<2000).map { "nonsense \($0)" }
        #expect(faults(FakeKernel(), names).count == 100)
        let spellings = (0..<14).flatMap { zeros in
            (1...59).map { "r" + String(repeating: "0", count: zeros) + String($0, radix: 16) }
        }
        #expect(faults(FakeKernel(), spellings).isEmpty)
        let more = faults(FakeKernel(), spellings + spellings.map { $0.uppercased() })
        #expect(more.first?.message == "is one too many: a run names at most 1024 events")
    }

    @Test("the kernel is asked once for each event")
    func remembers() throws {
        let kernel = FakeKernel(noCounters)
        let backend = kernel.makeBackend()
        for _ in 0..<3 { _ = try? backend.plan(events: ["faults", "cycles"]) }
        #expect(kernel.questions == ["PAGE_FAULTS", "CPU_CYCLES"])
    }

    @Test(
        "that descriptors or memory were short is not remembered",
        arguments: [Errno.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory, .resourceTemporarilyUnavailable])
    func shortage(error: Errno) {
        let failures = Atomic(1)
        let probe = FakeKernel { _ in
            failures.wrappingSubtract(1, ordering: .relaxed).oldValue > 0 ? error : nil
        }.makeProbe()
        guard case .unavailable = probe.availability(of: PerfEventCatalog.taskClock) else {
            Issue.record("an event that could not be opened is not available")
            return
        }
        #expect(probe.availability(of: PerfEventCatalog.taskClock) == .available)
    }

    @Test("answers are forgotten when the operator changes the paranoid level, and kept otherwise")
    func changedRights() throws {
        let directory = try TemporaryDirectory()
        let tree = try SysfsTree("file proc/sys/kernel/perf_event_paranoid = 3", in: directory)
        let isAllowed = Atomic(false)
        let probe = PerfEventProbe(environment: PerfEnvironment(root: tree.root)) { _ throws(Errno) in
            if !isAllowed.load(ordering: .relaxed) { throw .permissionDenied }
        }
        guard case .unavailable = probe.availability(of: PerfEventCatalog.taskClock) else {
            Issue.record("level 3 forbids all use")
            return
        }
        isAllowed.store(true, ordering: .relaxed)
        probe.refresh()
        #expect(probe.availability(of: PerfEventCatalog.taskClock) != .available)
        try tree.write("1\n", to: "proc/sys/kernel/perf_event_paranoid")
        probe.refresh()
        #expect(probe.availability(of: PerfEventCatalog.taskClock) == .available)
        #expect(probe.environment.paranoidLevel == 1)
    }

    @Test("however many events are asked for, memory does not grow for ever")
    func bounded() {
        let probe = FakeKernel().makeProbe()
        for config in 0..<3000 { _ = probe.availability(of: PerfEvent(parsing: "r\(config)")!) }
        #expect(probe.rememberedCount <= PerfEventProbe.maximumAnswers)
    }
}

@Suite struct PerfEnvironmentTests {
    private let cycles = PerfEvent(parsing: "cycles")!
    private let faults = PerfEvent(parsing: "faults")!

    private func environment(_ tree: String) throws -> PerfEnvironment {
        let directory = try TemporaryDirectory()
        let tree = try SysfsTree(tree, in: directory)
        return withExtendedLifetime(directory) { PerfEnvironment(root: tree.root) }
    }

    @Test("the paranoid level and the PMU of the CPU are found, whatever the architecture calls it")
    func discovery() throws {
        for name in ["cpu", "cpu_core", "armv8_pmuv3_0"] {
            let environment = try environment(
                """
                file proc/sys/kernel/perf_event_paranoid = -1
                file sys/bus/event_source/devices/\(name)/type = 4
                """)
            #expect(environment.paranoidLevel == -1)
            #expect(environment.hasCPUCounters)
        }
        let bare = try environment("file sys/bus/event_source/devices/software/type = 1")
        #expect(bare.paranoidLevel == nil)
        #expect(!bare.hasCPUCounters)
    }

    @Test("a reason says what is the matter and what would help")
    func reasons() throws {
        let virtual = try environment("file proc/sys/kernel/perf_event_paranoid = 2")
        let debian = try environment("file proc/sys/kernel/perf_event_paranoid = 3")
        let real = try environment("file sys/bus/event_source/devices/cpu/type = 4")
        let filtered = try environment("file proc/self/status = Seccomp:\t2")
        let table: [(PerfEnvironment, Errno, PerfEvent, String)] = [
            (virtual, .noSuchFileOrDirectory, cycles, "no hardware counters"),
            (virtual, .notSupported, cycles, "hypervisor"),
            (virtual, .noSuchFileOrDirectory, faults, "this kernel does not know"),
            (real, .noSuchFileOrDirectory, cycles, "this CPU does not count it"),
            (virtual, .permissionDenied, cycles, "perf_event_paranoid is 2: give the process CAP_PERFMON"),
            (debian, .permissionDenied, cycles, "is 3: sysctl kernel.perf_event_paranoid=2, as root"),
            (filtered, .notPermitted, cycles, "a seccomp filter forbids perf_event_open"),
            (filtered, .noFunction, cycles, "seccomp profile"), (filtered, .permissionDenied, cycles, "CAP_PERFMON"),
            (real, .notPermitted, cycles, "perf_event_paranoid is unknown"),
            (real, .invalidArgument, cycles, "refuses this configuration"), (real, .noFunction, cycles, "seccomp"),
            (real, .tooManyOpenFiles, cycles, "RLIMIT_NOFILE"), (real, .ioError, cycles, "errno 5"),
        ]
        for (environment, error, event, words) in table {
            let reason = environment.obstacle(for: error, of: event).sentence
            #expect(reason.contains(words), "\(reason)")
        }
    }
}
