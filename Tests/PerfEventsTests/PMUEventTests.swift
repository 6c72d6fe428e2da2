import Measurement
import TestSupport
import Testing

@testable import PerfEvents

/// `pmu/event/` on trees of machines that are not this one.
@Suite struct PMUEventTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func resolver(_ tree: String) throws -> PerfEventResolver {
        let tree = try SysfsTree(tree, in: directory)
        return PerfEventResolver(
            pmus: PMUDirectory(sysfsRoot: tree.root, isLive: true), tracefs: Tracefs(procRoot: "/nowhere"),
            models: ModelEventNames(path: "/nowhere"))
    }

    private func message(_ text: String, on tree: String = CapturedTree.serverPMUs) throws -> String {
        let resolver = try resolver(tree)
        let error = #expect(throws: PerfEventNameError.self, "\(text)") { _ = try resolver.resolve(text) }
        return error?.message ?? ""
    }

    private static let events: [(text: String, name: String, words: [UInt64], metric: String)] = [
        ("cpu/instructions/", "cpu/instructions/", [0xc0, 0, 0], "perf_pmu_cpu_instructions"),
        ("cpu/event=0x3c,umask=1/", "cpu/event=0x3c,umask=0x1/", [0x13c, 0, 0], "perf_pmu_cpu_event_0x3c_umask_0x1"),
        ("cpu/umask=0x01,event=60/", "cpu/event=0x3c,umask=0x1/", [0x13c, 0, 0], "perf_pmu_cpu_event_0x3c_umask_0x1"),
        ("cpu/config=0x13c/", "cpu/config=0x13c/", [0x13c, 0, 0], "perf_pmu_cpu_config_0x13c"),
        ("cpu/event=1,edge/", "cpu/edge=0x1,event=0x1/", [0x40001, 0, 0], "perf_pmu_cpu_edge_0x1_event_0x1"),
        ("cpu/mem-loads/", "cpu/mem-loads/", [0x1cd, 3, 0], "perf_pmu_cpu_mem_loads"),
        ("cpu/mem-loads,ldlat=30/", "cpu/mem-loads,ldlat=0x1e/", [0x1cd, 30, 0], "perf_pmu_cpu_mem_loads_ldlat_0x1e"),
        (
            "cpu/event=0xb7,offcore_rsp=0x3f801c0001/", "cpu/event=0xb7,offcore_rsp=0x3f801c0001/",
            [0xb7, 0x3f_801c_0001, 0], "perf_pmu_cpu_event_0xb7_offcore_rsp_0x3f801c0001"
        ),
        (
            "cpu/config=1,config1=2,config2=3/", "cpu/config=0x1,config1=0x2,config2=0x3/", [1, 2, 3],
            "perf_pmu_cpu_config_0x1_config1_0x2_config2_0x3"
        ),
        ("msr/tsc/", "msr/tsc/", [0, 0, 0], "perf_pmu_msr_tsc"),
    ]

    @Test(arguments: events)
    func `an event is encoded as sysfs describes it, and has one spelling`(
        text: String, name: String, words: [UInt64], metric: String
    ) throws {
        let event = try #require(try resolver(CapturedTree.serverPMUs).resolve(text).first)
        #expect(event.name == name)
        #expect([event.config, event.config1, event.config2] == words)
        #expect(event.type == (text.hasPrefix("msr") ? 10 : 4))
        #expect(event.place == (text.hasPrefix("msr") ? .pmu("msr") : .processor))
        #expect(event.metric == Metric(name: metric, unit: .count))
        #expect(event.metric.name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil)
        #expect(try resolver(CapturedTree.serverPMUs).resolve(name) == [event])
    }

    @Test func `on AMD the number of an event is in two places`() throws {
        let event = try #require(try resolver(CapturedTree.amdPMUs).resolve("cpu/event=0x976,umask=0x2/").first)
        #expect(event.config == 0x9_0000_0276)
    }

    @Test(arguments: [
        ("cpu/instructions/u", "u", PerfModifiers.user), ("cpu/instructions/k", "k", .kernel),
        ("cpu/instructions/uk", "", .both),
    ])
    func `modifiers stand behind the last slash`(text: String, suffix: String, modifiers: PerfModifiers) throws {
        let event = try #require(try resolver(CapturedTree.serverPMUs).resolve(text).first)
        #expect(event.name == "cpu/instructions/\(suffix)")
        #expect(event.modifiers == modifiers)
        #expect(event.config == 0xc0)
    }

    @Test func `the scale that sysfs names becomes the multiplier of the series`() throws {
        let event = try #require(try resolver(CapturedTree.serverPMUs).resolve("cpu/topdown-total-slots/").first)
        #expect(event.scale == 4)
        #expect(event.with(.user).scale == 4)
    }

    private static let refusals: [(text: String, words: String)] = [
        ("power/energy-pkg/", "counts for a whole package or machine"), ("power/energy-pkg/", "rapl_consumed_energy"),
        ("uncore_imc_0/cas_count_read/", "counts for a whole package or machine"),
        ("uprobe/retprobe=1,config1=0x1000/", "makes the forks of the measured program fail"),
        ("kprobe/config=0/", "as group:name"), ("cpu//", "is no event"), ("intel_pt/pt/", "records a trace"),
        ("breakpoint/config=1/", "needs an address"), ("software/config=1/", "PAGE_FAULTS"),
        ("tracepoint/config=1/", "group:name"), ("msr/cpu_thermal_margin/", "state at one moment"),
        ("no_such_pmu/x/", "no PMU of that name; it has breakpoint, cpu,"), ("../cpu/x/", "is no event"),
        ("cpu/nonsense/", "cpu knows no nonsense; its events are instructions, mem-loads,"),
        ("cpu/nonsense=1/", "its terms are cmask"), ("cpu/event=0x100/", "event of cpu is at most 0xff"),
        ("cpu/event=1,event=2/", "given twice"), ("cpu/instructions,mem-loads/", "cannot both be the event"),
        ("cpu/event=017/", "decimal or begin with 0x"), ("cpu/instructions", "a slash at both ends"),
        ("/", "a slash at both ends"),
        ("cpu/instructions/p", "precise samples"), ("cpu/instructions/x", "modifier that is not known"),
    ]

    @Test(arguments: refusals)
    func `what cannot be counted is refused with the reason`(text: String, words: String) throws {
        let message = try message(text)
        #expect(message.contains(words.replacing("its terms are", with: "its terms")), "\(message)")
    }

    @Test(arguments: ["amd_df", "amd_l3", "power_core"])
    func `the uncore of AMD counts for no process`(pmu: String) throws {
        #expect(try message("\(pmu)/config=1/", on: CapturedTree.amdPMUs).contains("never for a process"))
    }

    @Test func `a description that is not understood is refused, not guessed`() throws {
        let faulty = """
            file bus/event_source/devices/cpu/type = 4
            file bus/event_source/devices/cpu/format/event = config3:0-7
            file bus/event_source/devices/cpu/format/umask = config:8-15
            file bus/event_source/devices/cpu/events/open = event=?,umask=1
            file bus/event_source/devices/cpu/events/odd = umask:1
            file bus/event_source/devices/cpu/events/warm = umask=1
            file bus/event_source/devices/cpu/events/warm.unit = C
            file bus/event_source/devices/cpu/events/scaled = umask=1
            file bus/event_source/devices/cpu/events/scaled.scale = -1
            """
        #expect(try message("cpu/event=1/", on: faulty).contains("describes the term event as \"config3:0-7\""))
        #expect(try message("cpu/open/", on: faulty).contains("needs a value for event"))
        #expect(try message("cpu/odd/", on: faulty).contains("describes odd as \"umask:1\""))
        #expect(try message("cpu/warm/", on: faulty).contains("its unit, C, is not one"))
        #expect(try message("cpu/scaled/", on: faulty).contains("describes its scale as \"-1\""))
    }

    @Test func `PMUs of another machine are described and not opened`() throws {
        let tree = try SysfsTree(CapturedTree.serverPMUs, in: directory)
        let resolver = PerfEventResolver(pmus: PMUDirectory(sysfsRoot: tree.root))
        let error = #expect(throws: PerfEventNameError.self) { _ = try resolver.resolve("cpu/instructions/") }
        #expect(error?.message.contains("describes another machine") == true)
    }
}
