import Glibc
import Measurement
import TestSupport
import Testing

@testable import PerfEvents

private let hasLibrary = ModelEventNames(path: "libpfm.so.4", encodesOtherModels: true).obstacle == nil

/// Names of processors' makers. The library is told to encode for processors that are not this one.
@Suite(.serialized) struct ModelEventNamesTests {
    /// Skylake's events, whatever this machine is.
    private func names() -> ModelEventNames {
        setenv("LIBPFM_ENCODE_INACTIVE", "1", 1)
        defer { unsetenv("LIBPFM_ENCODE_INACTIVE") }
        let names = ModelEventNames(encodesOtherModels: true)
        _ = names.obstacle
        return names
    }

    private static let encodings:
        [(text: String, name: String, config: UInt64, config1: UInt64, modifiers: PerfModifiers)] = [
            ("skl::INST_RETIRED:ANY_P", "skl::INST_RETIRED:ANY_P", 0xc0, 0, .both),
            ("skl::inst_retired.any_p", "skl::INST_RETIRED:ANY_P", 0xc0, 0, .both),
            ("skl::INST_RETIRED:ANY_P:u", "skl::INST_RETIRED:ANY_P", 0xc0, 0, .user),
            ("skl::INST_RETIRED:ANY_P:k", "skl::INST_RETIRED:ANY_P", 0xc0, 0, .kernel),
            ("skl::INST_RETIRED:ANY_P:c=2:i", "skl::INST_RETIRED:ANY_P:i=1:c=2", 0x28000c0, 0, .both),
            ("skl::BR_MISP_RETIRED:CONDITIONAL", "skl::BR_MISP_RETIRED:CONDITIONAL", 0x1c5, 0, .both),
            (
                "skl::OFFCORE_RESPONSE_0:DMND_DATA_RD:L3_HITM", "skl::OFFCORE_RESPONSE_0:DMND_DATA_RD:L3_HITM:SNP_ANY",
                0x1b7, 0x3f_8004_0001, .both
            ),
        ]

    @Test(.enabled(if: hasLibrary, "libpfm4 is not installed"), arguments: encodings)
    func `a name becomes the numbers of its processor's manual`(
        text: String, name: String, config: UInt64, config1: UInt64, modifiers: PerfModifiers
    ) throws {
        let encoding = try #require(names().encoding(of: text))
        #expect(encoding.name == name)
        #expect(encoding.type == 4)
        #expect(encoding.config == config)
        #expect(encoding.config1 == config1)
        #expect(encoding.config2 == 0)
        #expect(encoding.modifiers == modifiers)
    }

    @Test(.enabled(if: hasLibrary, "libpfm4 is not installed"))
    func `an event has a metric without the model, and its modifiers`() throws {
        let parser = ModelEventParser(names: names(), pmus: PMUDirectory(sysfsRoot: "/nowhere"))
        let event = try #require(try parser.parse("skl::INST_RETIRED:ANY_P:c=2:u"))
        #expect(event.name == "skl::INST_RETIRED:ANY_P:c=2:u")
        #expect(event.metric == Metric(name: "perf_model_INST_RETIRED_ANY_P_c_2", unit: .count))
        #expect(event.modifiers == .user)
        #expect(event.place == .processor)
    }

    @Test(
        .enabled(if: hasLibrary, "libpfm4 is not installed"),
        arguments: [
            "", "NONSENSE", "skl::NONSENSE", "skl::INST_RETIRED:NONSENSE", "perf::PAGE-FAULTS", "perf::INSTRUCTIONS",
        ])
    func `what the library does not know, or what has a name of ours, is none`(text: String) throws {
        #expect(try ModelEventParser(names: names(), pmus: PMUDirectory()).parse(text) == nil)
    }

    @Test func `without the library such a name is a clear error, and others work`() throws {
        let models = ModelEventNames(path: "libno-such-library.so.4")
        let resolver = PerfEventResolver(tracefs: Tracefs(procRoot: "/nowhere"), models: models)
        let error = #expect(throws: PerfEventNameError.self) { _ = try resolver.resolve("INST_RETIRED.ANY_P") }
        #expect(error?.message.contains("libpfm4 cannot be loaded (libno-such-library.so.4: cannot open") == true)
        #expect(error?.message.contains("the package is libpfm4 on Debian") == true)
        #expect(try resolver.resolve("faults").count == 1)
    }

    @Test(arguments: ["LIBPFM_FORCE_PMU", "LIBPFM_ENCODE_INACTIVE"])
    func `names of another processor are refused`(variable: String) {
        setenv(variable, "skl", 1)
        defer { unsetenv(variable) }
        let names = ModelEventNames()
        #expect(names.obstacle?.reason.hasPrefix("\(variable) is set") == true)
        #expect(names.encoding(of: "skl::INST_RETIRED:ANY_P") == nil)
    }

    @Test(arguments: [
        ("skl::A:B:e=0:i=0:c=0:t=0:u=1:k=1:mg=0:mh=1", "skl::A:B"), ("x::A:c=2:u=1:k=0", "x::A:c=2"), ("A", "A"),
    ])
    func `defaults are left out of a name`(full: String, short: String) {
        #expect(ModelEventNames.shortened(full) == short)
    }
}
