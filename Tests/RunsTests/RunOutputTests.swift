import Glibc
import LinuxSystem
import Measurement
import SystemPackage
import TestSupport
import Testing

@testable import Runs

/// Output, input and limits of commands in an engine.
@Suite(.serialized)
struct RunOutputTests {
    private let directory: TemporaryDirectory
    private let outputs: OutputDirectory

    init() throws {
        directory = try TemporaryDirectory()
        outputs = OutputDirectory(path: "\(directory.path)/output")
    }

    private func engine(_ configure: (inout RunEngineConfiguration) -> Void = { _ in }) throws -> EngineFixture {
        try EngineFixture { configuration in
            configuration.output = outputs
            configure(&configuration)
        }
    }

    @Test("what is no file is not opened, and not waited for")
    func noFile() throws {
        let id = RunID(createdAt: .now)
        mkdir("\(directory.path)/output", 0o700)
        #expect(mkfifo(outputs.path(of: .stdout, of: id), 0o600) == 0)
        #expect(throws: Errno.invalidArgument) { _ = try outputs.open(.stdout, of: id) }
        #expect(throws: Errno.noSuchAddressOrDevice) { _ = try outputs.create(.stdout, of: id) }
    }

    private func text(_ channel: OutputChannel, of run: Run) throws -> String {
        try PseudoFile.readText(outputs.path(of: channel, of: run.id))
    }

    private func shell(_ line: String, stdin: String? = nil, limits: RunLimits = RunLimits()) -> RunSpecification {
        RunSpecification(command: .shell(line), stdin: stdin, limits: limits)
    }

    @Test("what a command wrote last, just before its end, is kept")
    func last() throws {
        let fixture = try engine()
        defer { fixture.stop() }
        for _ in 0..<50 {
            let run = try fixture.run(
                shell("echo out; echo err >&2; exec dd if=/dev/zero bs=300000 count=1 status=none"))
            #expect(run.output?.stdout.keptBytes == 300_004 && run.output?.stderr.keptBytes == 4)
            #expect(run.output?.stdout.bytes == 300_004)
        }
    }

    @Test("a process that escapes with the pipe in its hands does not hang the run, and the run says so")
    func escape() throws {
        let fixture = try engine()
        defer { fixture.stop() }
        let fifo = "\(directory.path)/fifo"
        let daemon = "setsid sh -c 'echo >\(fifo); exec sleep 1000' & echo $!; read line <\(fifo)"
        let run = try fixture.run(shell("mkfifo \(fifo); \(daemon)"))
        let pid = try #require(Int32(text(.stdout, of: run)))
        defer { kill(pid, SIGKILL) }
        #expect(run.outcome == .exited(code: 0))
        #expect(run.warnings.contains { $0.hasPrefix("stdout was still open in a process that escaped") })
    }

    @Test("a run that floods its output does not keep others from their end, nor from being cancelled itself")
    func flood() throws {
        let fixture = try engine { $0.maximumConcurrentRuns = 2 }
        defer { fixture.stop() }
        let flood = try fixture.submit(RunSpecification(command: .arguments(["yes"])))
        _ = try fixture.store.waitUntilRunning(flood.id)
        for _ in 0..<20 { #expect(try fixture.run("echo", "x").output?.stdout.bytes == 2) }
        try fixture.engine.cancel(flood.id)
        let run = try #require(try fixture.finish(flood.id))
        #expect(run.outcome == .cancelled)
        #expect(run.output?.stdout.keptBytes ?? 0 <= 16 << 20)
    }

    @Test("commands that are launched at the same time hold no pipe of each other's")
    func descriptors() throws {
        let fixture = try engine { $0.maximumConcurrentRuns = 8 }
        defer { fixture.stop() }
        let lists = RunSpecification(command: .arguments([Workload.path, "fds"]))
        let ids = try (0..<40).map { _ in try fixture.submit(lists).id }
        for id in ids {
            let run = try #require(try fixture.finish(id))
            #expect(try text(.stdout, of: run) == "0\n1\n2")
        }
    }

    @Test("a command reads its stdin to the end and can go back in it; without one there is nothing")
    func stdin() throws {
        let fixture = try engine()
        defer { fixture.stop() }
        for (stdin, expected) in [("a\0b", "3"), ("", "0"), (nil, "0")] {
            let run = try fixture.run(shell("wc -c", stdin: stdin))
            #expect(try text(.stdout, of: run) == expected)
        }
    }

    @Test("a command that was never launched has no output and leaves no file")
    func launchFailure() throws {
        let fixture = try engine()
        defer { fixture.stop() }
        let run = try fixture.run("/no/such/program")
        #expect(run.output == nil)
        #expect(try PseudoDirectory.names(in: "\(directory.path)/output") == [])
    }

    @Test("without a place for it output is dropped, and nothing is said of it")
    func nowhere() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let run = try fixture.run("echo", "x")
        #expect(run.outcome == .exited(code: 0) && run.output == nil)
        let file = try fixture.engine.openOutput(.stdout, of: run.id)
        if file != nil { Issue.record("there is output") }
    }

    @Test("a command that ignores SIGXCPU is killed, and that is told as the limit's doing")
    func cpu() throws {
        let fixture = try engine()
        defer { fixture.stop() }
        let run = try fixture.run(
            shell("trap '' XCPU; exec \(Workload.path) spin 60000", limits: RunLimits(cpuSeconds: 1)))
        #expect(run.outcome == .signaled(signal: SIGKILL))
        #expect(
            run.warnings.contains("the limit of 1 s CPU time was reached, and a second later the command was killed"))
    }

    @Test("a limit that cannot be enforced is told with its reason when the run starts")
    func unenforced() throws {
        let fixture = try engine()
        defer { fixture.stop() }
        let run = try fixture.run(shell("true", limits: RunLimits(memory: 1 << 30)))
        let running = try #require(fixture.store.current.history.first { $0.id == run.id && $0.state == .running })
        #expect(running.warnings.contains { $0.hasPrefix("limits.memory") && $0.hasSuffix("no writable cgroup v2") })
    }

    @Test("files of runs that there are no more are swept away, and others are left alone")
    func sweep() throws {
        let ids = (0..<3).map { _ in RunID(createdAt: .now) }
        for id in ids { for channel in OutputChannel.allCases { _ = try outputs.create(channel, of: id) } }
        let path = "\(directory.path)/output"
        for name in ["notes.txt", "\(ids[1]).stdin", "\(ids[1]).stdout.old", "x.stdout"] {
            _ = try OwnedDescriptor(checking: open("\(path)/\(name)", O_CREAT | O_WRONLY, 0o600))
        }
        #expect(outputs.sweep { $0.subtracting([ids[0]]) } == 2)
        let left = [
            "\(ids[0]).stderr", "\(ids[0]).stdout", "\(ids[1]).stdin", "\(ids[1]).stdout.old", "notes.txt", "x.stdout",
        ]
        #expect(try Set(PseudoDirectory.names(in: path)) == Set(left))
    }

    @Test("of the output of a server that died it is known how much there is, and not how much there was")
    func found() throws {
        let id = RunID(createdAt: .now)
        #expect(outputs.found(of: id) == nil)
        let file = try outputs.create(.stdout, of: id)
        _ = try outputs.create(.stderr, of: id)
        #expect(write(file.rawValue, "hello", 5) == 5)
        let output = try #require(outputs.found(of: id))
        #expect(output.stdout.keptBytes == 5 && output.stdout.bytes == nil && output.stdout.isTruncated == nil)
        #expect(output.stderr.keptBytes == 0)
    }
}
