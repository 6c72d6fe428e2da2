import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct ExecTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func exec(_ arguments: [String]) throws -> Tool {
        try Tool.run(Tool.built("ergometer"), ["exec"] + arguments, directory: directory.path)
    }

    private static let exitCodes: [(arguments: [String], code: Int32)] = [
        (["sh", "-c", "exit 3"], 3), (["sh", "-c", "kill -KILL $$"], 137), (["sh", "-c", "kill -TERM $$"], 143),
        (["no-such-program"], 127), (["./no-such-program"], 127), (["/etc/passwd"], 126), (["true"], 0),
        (["--timeout", "100ms", "sleep", "60"], 124), (["--interval", "1us", "true"], 125), (["--no-such-option"], 125),
        ([], 125), (["--output", "/no/such/directory/file", "true"], 125),
        (["--events", "NO_SUCH_EVENT", "true"], 125),
        (["--", "sh", "-c", "exit 4"], 4),
    ]

    @Test(arguments: exitCodes)
    func `the exit code is the command's, or says whose fault it was`(arguments: [String], code: Int32) throws {
        #expect(try exec(arguments).status == code)
    }

    @Test(arguments: [
        ["--output", "/no/such/directory/file", "true"], ["--events", "NO_SUCH_EVENT,NOR_THIS", "true"],
        ["--interval", "1us", "true"], ["no-such-program"], ["--interval", "soon", "true"],
    ])
    func `ergometerd carries it out alike`(arguments: [String]) throws {
        let (ours, theirs) = (try exec(arguments), try Tool.run(Tool.built("ergometerd"), ["exec"] + arguments))
        #expect(theirs.status == ours.status)
        #expect(theirs.errors == ours.errors)
    }

    @Test func `an event that cannot be counted is named with its reason`() throws {
        let tool = try exec(["--events", "INSTRUCTIONS,NO_SUCH_EVENT", "true"])
        #expect(tool.status == 125)
        #expect(tool.errors.contains("NO_SUCH_EVENT is no event"))
        if !LiveMachine.hasHardwareCounters {
            #expect(tool.errors.contains("INSTRUCTIONS cannot be counted: this machine has no hardware counters"))
        }
    }

    @Test func `the command keeps the terminal's streams, environment and directory`() throws {
        let tool = try Tool.run(
            Tool.built("ergometer"), ["exec", "sh", "-c", "echo out; echo err >&2; echo $GREETING; pwd"],
            environment: ["GREETING": "hello"], directory: directory.path)
        #expect(tool.output == "out\nhello\n\(directory.path)\n")
        #expect(tool.errors.hasPrefix("err\n"))
    }

    @Test func `the file's columns add up to the totals of the summary`() throws {
        let tool = try exec(["--interval", "5ms", Tool.built("workload"), "pages", "1000", "main"])
        let text = try String(contentsOfFile: "\(directory.path)/ergometer-output.csv", encoding: .utf8)
        let faults = Int(CSVRows.sum("perf_software_PAGE_FAULTS", in: CSVRows.parse(text)))
        #expect(faults > 1000)
        let grouped = "\(faults / 1000),\(String(faults % 1000 + 1000).suffix(3))"
        #expect(tool.errors.contains("\(grouped)  page-faults"))
        #expect(tool.errors.contains("elapsed"))
    }

    @Test(.enabled(if: getuid() == 0, "only root can make a program set-uid for somebody else"))
    func `a set-uid program, which stops the counters, is noticed`() throws {
        let program = "\(directory.path)/workload"
        try FileManager.default.copyItem(atPath: Tool.built("workload"), toPath: program)
        #expect(chown(program, 65534, 65534) == 0 && chmod(program, 0o4755) == 0)
        let tool = try exec([program, "pages", "1000", "main"])
        #expect(tool.errors.contains("the counters missed a part of the command"))
        #expect(try !exec([Tool.built("workload"), "pages", "1000", "main"]).errors.contains("missed a part"))
    }

    @Test(
        .enabled(if: getuid() == 0, "only root can start a program as somebody else"),
        .enabled(if: Tool.find("setpriv") != nil, "setpriv is not installed"))
    func `a set-uid program of root's that a user's shell calls is noticed, and one without the bit is not`() throws {
        let user = 65534
        chown(directory.path, uid_t(user), gid_t(user))
        for name in ["ergometer", "workload"] {
            try FileManager.default.copyItem(atPath: Tool.built(name), toPath: "\(directory.path)/\(name)")
        }
        for (mode, isNoticed) in [(0o4755, true), (0o755, false)] as [(mode_t, Bool)] {
            #expect(chmod("\(directory.path)/workload", mode) == 0)
            let tool = try Tool.run(
                "setpriv",
                ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", "./ergometer", "exec", "--output", "-"]
                    + ["sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; ./workload spin 200"],
                directory: directory.path)
            #expect(tool.status == 0)
            #expect(tool.errors.contains("the counters missed a part of the command") == isNoticed, "\(tool.errors)")
        }
    }

    @Test func `measurements go to standard output when asked`() throws {
        let tool = try exec(["--output", "-", "--units", "none", "--separator", "comma", "true"])
        #expect(tool.output.hasPrefix("metric,timestamp,value,resource_kind,"))
        #expect(tool.output.contains("\nperf_software_TASK_CLOCK,"))
        #expect(!tool.output.contains("_ns,"))
    }

    @Test func `a descendant that outlives the command is named and left alone`() throws {
        let tool = try exec(
            ["bash", "-c", "(\(Tool.closingInherited); exec sleep 60) >/dev/null 2>&1 & echo $!"])
        let pid = Int32(tool.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
        #expect(tool.errors.contains("(pid \(pid))"))
        #expect(kill(pid, SIGKILL) == 0)
    }
}
