import Execution
import Testing

@testable import Application

/// `ergometer exec` is defined by `ExecCommand` and read a second time, quickly, by `ExecRequest`.
@Suite struct ExecRequestTests {
    /// One value, not the default, of each option.
    private static let values = [
        "--output": "-", "--events": "PAGE_FAULTS,cpu/event=1,umask=2/", "--interval": "1.5s", "--timeout": "2m",
        "--baseline": "1h", "--units": "none", "--values": "cumulative", "--separator": "comma",
        "--sysfs-root": "/",
    ]

    private func read(_ words: [String]) -> ExecRequest? {
        ExecRequest(ofProgram: ["ergometer", "exec"] + words)
    }

    @Test func `every option of the definition is read`() {
        let words = ExecCommand.helpMessage().split { !($0.isLetter || $0 == "-") }.filter { $0.hasPrefix("--") }
        #expect(Set(words.map(String.init)).subtracting(["--help", "--version"]) == Set(Self.values.keys))
    }

    @Test(arguments: values)
    func `an option means what the definition says`(option: String, value: String) throws {
        for words in [
            [option, value, "true"], ["\(option)=\(value)", "true", "--help"], [option, value, "--", "true", "--"],
        ] {
            let request = try #require(read(words), "\(words)")
            #expect(try request == ExecCommand.parse(words).request())
            #expect(request != read(request.command), "it has no effect")
        }
    }

    @Test func `the last of several counts, and all count together`() throws {
        let words =
            Self.values.flatMap { [$0.key, $0.value] } + ["--output", "last", "--", "sh", "-c", "", "--output"]
        let request = try #require(read(words))
        #expect(try request == ExecCommand.parse(words).request())
        #expect(request.output == "last")
    }

    @Test(arguments: [
        [], ["--"], ["--help"], ["-h", "true"], ["--version"], ["--no-such-option", "true"], ["--output"],
        ["--output", "file"], ["--output", "--", "true"], ["--output=", "true"], ["--interval", "soon", "true"],
        ["--units", "both", "true"], ["--sysfs-root", "/etc/passwd", "true"], ["--", "--output"], ["-", "true"],
    ])
    func `what is not plain is left to the definition`(words: [String]) {
        #expect(read(words) == nil)
    }

    @Test func `other commands are not read`() {
        #expect(ExecRequest(ofProgram: []) == nil)
        #expect(ExecRequest(ofProgram: ["ergometer", "serve", "true"]) == nil)
    }
}
