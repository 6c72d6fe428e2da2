import CTestSupport
import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import Runs

@Suite struct CommandLauncherTests {
    private let fixture: LaunchFixture

    init() throws {
        fixture = try LaunchFixture()
    }

    // MARK: How commands end

    @Test("the exit code is the command's", arguments: [0, 1, 127, 255])
    func exitCode(code: Int32) throws {
        #expect(try fixture.run(["/bin/sh", "-c", "exit \(code)"]) == .exited(code: code))
    }

    @Test(
        "a signal that ends the command is told, with and without a core",
        arguments: [SIGKILL, SIGTERM, SIGSEGV, SIGABRT])
    func signal(signal: Int32) throws {
        #expect(try fixture.run(["/bin/sh", "-c", "ulimit -c 0; kill -\(signal) $$"]) == .signaled(signal: signal))
    }

    @Test("reaping tells the resource usage of the command and of those it waited for")
    func usage() throws {
        let specification = RunSpecification(command: .arguments([Workload.path, "pages", "5000", "child"]))
        let child = try CommandLauncher(policy: fixture.policy).launch(specification, cgroup: nil)
        let usage = try child.reap().usage
        #expect(usage.minorPageFaults >= 5000)
        #expect(usage.userTime + usage.systemTime > .zero)
        #expect(throws: Errno.noChildProcess) { try child.reap() }
    }

    @Test("the pidfd is readable when the command has ended, and takes signals until then")
    func pidfd() throws {
        let specification = RunSpecification(command: .arguments(["sleep", "1000"]))
        let child = try CommandLauncher(policy: fixture.policy).launch(specification, cgroup: nil)
        var descriptor = pollfd(fd: child.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&descriptor, 1, 0) == 0)
        child.send(SIGTERM)
        #expect(poll(&descriptor, 1, -1) == 1)
        #expect(try child.reap().outcome == .signaled(signal: SIGTERM))
        child.send(SIGTERM)
    }

    // MARK: What cannot be launched

    @Test("a program that is not there")
    func missing() throws {
        let error = try fixture.failure(["no-such-program-of-ergometer"])
        #expect(error?.step == .execute)
        #expect(error?.error == .noSuchFileOrDirectory)
        #expect("\(try #require(error))".hasPrefix("executing \"no-such-program-of-ergometer\": "))
        #expect(try fixture.failure(["/nowhere/at/all"])?.error == .noSuchFileOrDirectory)
        #expect(try fixture.failure(["/dev/null/x"])?.error == .noSuchFileOrDirectory)
        #expect(try fixture.failure([String(repeating: "x", count: 300)])?.error == .fileNameTooLong)
    }

    @Test("a file that is no program")
    func notExecutable() throws {
        let plain = try fixture.write("#!/bin/sh\n", to: "plain", mode: "644")
        #expect(try fixture.failure([plain])?.error == .permissionDenied)
        #expect(try fixture.failure([fixture.directory.path])?.error == .permissionDenied)
        let garbage = try fixture.write("no program\n", to: "garbage")
        let error = try #require(try fixture.failure([garbage]))
        #expect(error.error == .execFormatError)
        #expect("\(error)".contains("a script needs a first line such as #!/bin/sh"))
        let orphan = try fixture.write("#!/no/such/interpreter\n", to: "orphan")
        #expect(try fixture.failure([orphan])?.error == .noSuchFileOrDirectory)
    }

    @Test("a working directory that is not there, is no directory, or must not be entered")
    func workingDirectory() throws {
        let error = try #require(try fixture.failure(["true"], in: "/no/such/directory"))
        #expect(error.step == .workingDirectory)
        #expect(error.error == .noSuchFileOrDirectory)
        #expect("\(error)".hasPrefix("changing to working_directory \"/no/such/directory\": "))
        #expect(try fixture.failure(["true"], in: "/dev/null")?.error == .notDirectory)
    }

    @Test("arguments that are too long together")
    func tooLong() throws {
        let error = try #require(
            try fixture.failure(["true"] + (0..<40).map { _ in String(repeating: "x", count: 100_000) }))
        #expect(error.error == .argListTooLong)
        #expect("\(error)".hasSuffix("arguments and environment are too large together"))
    }

    // MARK: The PATH

    @Test("the PATH is searched in order, past what is missing and what may not be executed")
    func path() throws {
        let path = ["missing", "forbidden", "good", "later"].map { "\(fixture.directory.path)/\($0)" }.joined(
            separator: ":")
        _ = try fixture.write("#!/bin/sh\nexit 1\n", to: "forbidden/program", mode: "644")
        #expect(try fixture.failure(["program"], environment: ["PATH": path])?.error == .permissionDenied)
        _ = try fixture.write("#!/bin/sh\nexit 2\n", to: "good/program")
        _ = try fixture.write("#!/bin/sh\nexit 3\n", to: "later/program")
        #expect(try fixture.run(["program"], environment: ["PATH": path]) == .exited(code: 2))
    }

    @Test("an empty element of the PATH is the working directory", arguments: ["", ":/nowhere", "/nowhere:", "/x::/y"])
    func emptyElement(path: String) throws {
        _ = try fixture.write("#!/bin/sh\nexit 4\n", to: "program")
        let directory = fixture.directory.path
        #expect(try fixture.run(["program"], environment: ["PATH": path], in: directory) == .exited(code: 4))
    }

    @Test("a name with a slash is not searched for")
    func slash() throws {
        _ = try fixture.write("#!/bin/sh\nexit 5\n", to: "sub/program")
        let directory = fixture.directory.path
        #expect(try fixture.run(["sub/program"], in: directory) == .exited(code: 5))
        #expect(try fixture.failure(["sub/program"], environment: ["PATH": directory])?.error == .noSuchFileOrDirectory)
    }

    // MARK: What the command finds

    @Test("the environment is the minimal one and what was asked for, sorted, and nothing of ours")
    func environment() throws {
        setenv("TEST_SECRET", "1", 1)
        defer { unsetenv("TEST_SECRET") }
        let text = try fixture.procSelf("environ", environment: ["Z": "", "A": "a=b c", "LANG": "C", "É": "é\n"])
        #expect(
            text.split(separator: "\0") == [
                "A=a=b c", "HOME=/", "LANG=C", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "SHELL=/bin/sh", "Z=", "É=é\n",
            ])
    }

    @Test("arguments arrive byte for byte")
    func arguments() throws {
        let arguments = ["", " ", "a b", "'\"\\$", "é\n", "-c"]
        try fixture.run(
            ["/bin/sh", "-c", "for a; do printf '%s\\0' \"$a\"; done > \(fixture.output)", "sh"] + arguments)
        #expect(try fixture.text(of: fixture.output) == arguments.joined(separator: "\0") + "\0")
    }

    @Test("no descriptor but the three standard ones is open, whatever the parent has open")
    func descriptors() throws {
        let open = (0..<20).map { _ in Glibc.open("/dev/null", O_RDONLY) }
        defer { for descriptor in open { close(descriptor) } }
        #expect(open.allSatisfy { fcntl($0, F_GETFD) == 0 })
        try fixture.run(["/bin/sh", "-c", "exec \(Workload.path) fds > \(fixture.output)"])
        #expect(try fixture.text(of: fixture.output) == "0\n1\n2")
    }

    @Test("signals that the parent blocks or ignores are neither to the command")
    func signals() async {
        await #expect(processExitsWith: .success) {
            let fixture = try LaunchFixture()
            for ignored in [SIGPIPE, SIGHUP, SIGUSR1, 40] { Glibc.signal(ignored, SIG_IGN) }
            var blocked = sigset_t()
            sigfillset(&blocked)
            pthread_sigmask(SIG_BLOCK, &blocked, nil)
            try fixture.run(["/bin/sh", "-c", "exec \(Workload.path) signals > \(fixture.output)"])
            let text = try fixture.text(of: fixture.output)
            #expect(field("SigBlk", of: text) == "0000000000000000")
            #expect(field("SigIgn", of: text) == "0000000000000000")
        }
    }

    @Test("the parent's own signal mask is what it was, also when the launch fails")
    func ownMask() async {
        await #expect(processExitsWith: .success) {
            let fixture = try LaunchFixture()
            var blocked = sigset_t()
            sigemptyset(&blocked)
            sigaddset(&blocked, SIGUSR2)
            pthread_sigmask(SIG_SETMASK, &blocked, nil)
            let before = field("SigBlk", of: try PseudoFile.readText("/proc/thread-self/status"))
            try fixture.run(["true"])
            _ = try fixture.failure(["/nowhere"])
            #expect(field("SigBlk", of: try PseudoFile.readText("/proc/thread-self/status")) == before)
        }
    }

    @Test("limits and file mode mask are those that the parent had at its start")
    func limits() async {
        await #expect(processExitsWith: .success) {
            umask(0o027)
            var files = rlimit(rlim_cur: 256, rlim_max: 512)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            setrlimit(resource, &files)
            var fixture = try LaunchFixture()
            fixture.policy = .isolated(.ofThisProcess())
            umask(0o077)
            files.rlim_cur = 512
            setrlimit(resource, &files)
            let limits = try fixture.procSelf("limits").split(separator: "\n").first { $0.hasPrefix("Max open files") }
            #expect(limits?.split(separator: " ").dropFirst(3).prefix(2) == ["256", "512"])
            #expect(field("Umask", of: try fixture.procSelf("status")) == "0027")
        }
    }

    @Test("the command has a session of its own and no way to more privileges")
    func isolation() throws {
        #expect(field("NoNewPrivs", of: try fixture.procSelf("status")) == "1")
        let stat = try fixture.procSelf("stat")
        let pid = try #require(stat.split(separator: " ").first.flatMap { Int32($0) })
        #expect(ProcessTable.parse(stat, pid: pid)?.session == pid)
    }

    @Test("standard streams read nothing and lead nowhere")
    func streams() throws {
        let script = "x=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2); echo \"$x\" > \(fixture.output)"
        try fixture.run(["/bin/sh", "-c", script])
        let streams = try fixture.text(of: fixture.output)
        #expect(streams == "/dev/null\n/dev/null\n/dev/null")
    }

    @Test("the working directory is / or the one asked for")
    func directory() throws {
        try fixture.run(["/bin/sh", "-c", "pwd -P > \(fixture.output)"])
        #expect(try fixture.text(of: fixture.output) == "/")
        try fixture.run(["/bin/sh", "-c", "pwd -P > \(fixture.output)"], in: "/proc/self/..")
        #expect(try fixture.text(of: fixture.output) == "/proc")
    }

    @Test("from a terminal the command runs as if it had been started without us")
    func transparent() async {
        await #expect(processExitsWith: .success) {
            var fixture = try LaunchFixture()
            fixture.policy = .transparent(LaunchFixture.inherited, environment: ["OWN": "1"])
            Glibc.signal(SIGHUP, SIG_IGN)
            let script = "exec \(Workload.path) signals > \(fixture.output)"
            try fixture.run(["/bin/sh", "-c", script])
            #expect(field("SigIgn", of: try fixture.text(of: fixture.output))?.hasSuffix("1") == true)
            #expect(
                try fixture.procSelf("environ", environment: ["X": "2"]).split(separator: "\0") == ["OWN=1", "X=2"])
            let stat = try fixture.procSelf("stat")
            #expect(ProcessTable.parse(stat, pid: 1)?.session == getsid(0))
        }
    }

    // MARK: What is left

    @Test(
        "a thousand launches, every other one in vain, leave no descriptor, no zombie and no memory behind",
        .disabled(if: getenv("TESTS_SANITIZER") != nil, "a sanitizer keeps memory of its own"))
    func nothingLeft() async {
        await #expect(processExitsWith: .success) {
            let fixture = try LaunchFixture()
            func launch(_ count: Int) throws {
                for index in 0..<count {
                    if index.isMultiple(of: 2) {
                        try fixture.run(["true"])
                    } else {
                        _ = try fixture.failure(["/nowhere"])
                    }
                }
            }
            func descriptors() throws -> Int { try PseudoDirectory.names(in: "/proc/self/fd").count }
            try launch(50)
            let (descriptorsBefore, memoryBefore) = (try descriptors(), allocated_bytes())
            let mappingsBefore = try PseudoFile.readText("/proc/self/maps").split(separator: "\n").count
            try launch(1000)
            #expect(try descriptors() == descriptorsBefore)
            #expect(ProcessTable().processes.filter { $0.parent == getpid() } == [])
            #expect(Int(allocated_bytes()) - Int(memoryBefore) < 100_000)
            #expect(try PseudoFile.readText("/proc/self/maps").split(separator: "\n").count <= mappingsBefore + 5)
        }
    }
}
