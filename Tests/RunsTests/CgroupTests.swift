import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import Runs

private let hasCgroups: Bool = {
    guard let hierarchy = CgroupHierarchy.forThisProcess() else { return false }
    defer { hierarchy.remove() }
    let probe = try? hierarchy.makeCgroup(for: RunID(createdAt: .now))
    probe?.remove()
    return probe != nil
}()

@Suite(.serialized, .enabled(if: hasCgroups, "no writable cgroup v2"))
struct CgroupTests {
    let hierarchy: CgroupHierarchy

    init() throws {
        hierarchy = try #require(CgroupHierarchy.forThisProcess())
    }

    private func launch(_ arguments: [String], in cgroup: RunCgroup) throws -> ChildProcess {
        try CommandLauncher(policy: .isolated(LaunchFixture.inherited))
            .launch(RunSpecification(command: .arguments(arguments)), cgroup: cgroup.descriptor)
    }

    @Test("a command is born in its cgroup, not moved there")
    func born() throws {
        defer { hierarchy.remove() }
        let id = RunID(createdAt: .now)
        let cgroup = try hierarchy.makeCgroup(for: id)
        let fixture = try LaunchFixture()
        let child = try launch(["/bin/cp", "/proc/self/cgroup", fixture.output], in: cgroup)
        #expect(try child.reap().outcome == .exited(code: 0))
        let own = try fixture.text(of: fixture.output).split(separator: "\n").first { $0.hasPrefix("0::") }
        #expect(own?.contains("/ergometer.") == true && own?.hasSuffix(".\(getpid())/\(id)") == true)
        #expect(cgroup.pids == [])
        cgroup.remove()
        #expect(access("\(hierarchy.directory)/\(id)", F_OK) != 0)
    }

    @Test("killing a cgroup ends all that is in it, also what has left its session and its parent")
    func killAll() throws {
        defer { hierarchy.remove() }
        let cgroup = try hierarchy.makeCgroup(for: RunID(createdAt: .now))
        let child = try launch([Workload.path, "daemon"], in: cgroup)
        #expect(try child.reap().outcome == .exited(code: 0))
        let left = cgroup.pids ?? []
        #expect(left.count == 1)
        cgroup.endAndRemove()
        #expect(!ProcessTable().processes.contains { left.contains($0.pid) && $0.state != "Z" })
    }

    @Test("a cgroup with a living process is not taken away")
    func occupied() throws {
        defer { hierarchy.remove() }
        let id = RunID(createdAt: .now)
        let cgroup = try hierarchy.makeCgroup(for: id)
        #expect(throws: Errno.fileExists) { try hierarchy.makeCgroup(for: id) }
        let child = try launch(["sleep", "60"], in: cgroup)
        #expect(cgroup.pids == [child.pid])
        cgroup.remove()
        #expect(access("\(hierarchy.directory)/\(id)", F_OK) == 0)
        cgroup.killAll()
        #expect(try child.reap().outcome == .signaled(signal: SIGKILL))
        cgroup.remove()
        #expect(access("\(hierarchy.directory)/\(id)", F_OK) != 0)
    }

    @Test("what a dead server has left running is ended when the next one starts")
    func stale() throws {
        defer { hierarchy.remove() }
        let dead = try CommandLauncher(policy: .isolated(LaunchFixture.inherited))
            .launch(RunSpecification(command: .arguments(["true"])), cgroup: nil)
        _ = try dead.reap()
        let base = hierarchy.directory[..<hierarchy.directory.lastIndex(of: "/")!]
        let directory = "\(base)/ergometer.\(CgroupHierarchy.pidNamespace).1.\(dead.pid)"
        #expect(mkdir(directory, 0o755) == 0)
        let cgroup = try RunCgroup(creating: "\(directory)/run")
        let child = try launch(["sleep", "60"], in: cgroup)
        _ = CgroupHierarchy.forThisProcess()
        #expect(try child.reap().outcome == .signaled(signal: SIGKILL))
        #expect(access(directory, F_OK) != 0)
    }

    /// A shell that moves into a cgroup of its own making, two levels below that of the run, and stays there.
    private func nesting(in cgroup: String, whenThere: String) -> [String] {
        let script = """
            mkdir -p \(cgroup)/sub/below \(cgroup)/empty && echo $$ > \(cgroup)/sub/below/cgroup.procs \\
                && \(whenThere)
            """
        return ["sh", "-c", script]
    }

    @Test("who has moved into a cgroup below that of the run is in it, is killed with it, and leaves nothing")
    func nested() throws {
        defer { hierarchy.remove() }
        let pipe = try NamedPipe()
        let cgroup = try hierarchy.makeCgroup(for: RunID(createdAt: .now))
        let child = try launch(
            nesting(in: cgroup.path, whenThere: "echo there > \(pipe.path) && exec sleep 60"), in: cgroup)
        #expect(try pipe.read() == "there")
        #expect(cgroup.pids == [child.pid] && cgroup.isPopulated == true)
        cgroup.remove()
        #expect(access("\(cgroup.path)/empty", F_OK) == 0, "a run that lives keeps what it has made")
        cgroup.endAndRemove()
        #expect(try child.reap().outcome == .signaled(signal: SIGKILL))
        #expect(cgroup.isPopulated == nil && access(cgroup.path, F_OK) != 0)
    }

    @Test("processes of threads in several cgroups are listed once, above them")
    func threaded() throws {
        defer { hierarchy.remove() }
        let cgroup = try hierarchy.makeCgroup(for: RunID(createdAt: .now))
        let child = try launch(["sleep", "60"], in: cgroup)
        #expect(mkdir("\(cgroup.path)/threads", 0o755) == 0)
        #expect(PseudoFileText.write("threaded", to: "\(cgroup.path)/threads/cgroup.type") == nil)
        #expect(PseudoFileText.write("\(child.pid)", to: "\(cgroup.path)/threads/cgroup.threads") == nil)
        #expect(cgroup.pids == [child.pid])
        cgroup.endAndRemove()
        #expect(try child.reap().outcome == .signaled(signal: SIGKILL))
        #expect(access(cgroup.path, F_OK) != 0)
    }

    @Test("directories of living servers, and of others, are left alone")
    func foreign() throws {
        defer { hierarchy.remove() }
        let base = hierarchy.directory[..<hierarchy.directory.lastIndex(of: "/")!]
        let own = "\(CgroupHierarchy.pidNamespace)"
        let living = try #require(ProcessIdentity(of: getppid())).startTicks
        // The third is in a container beside us: nobody here knows its pid.
        for name in ["ergometer.\(own).\(living).\(getppid())", "ergometer.x", "ergometer.1.1.4194305", "ergometer.1"] {
            let directory = "\(base)/\(name)"
            guard mkdir(directory, 0o755) == 0 else { continue }
            _ = CgroupHierarchy.forThisProcess()
            #expect(rmdir(directory) == 0)
        }
    }

    @Test("without cgroup v2 there is no hierarchy")
    func absent() throws {
        let directory = try TemporaryDirectory()
        let tree = try SysfsTree("", in: directory)
        #expect(CgroupHierarchy.forThisProcess(procRoot: tree.root) == nil)
        try tree.write("0::/\n", to: "self/cgroup")
        try tree.write("31 23 0:29 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n", to: "self/mountinfo")
        #expect(CgroupHierarchy.forThisProcess(procRoot: tree.root) == nil)
        withExtendedLifetime(directory) {}
    }

    @Test("in an engine daemons are ended and named, and no cgroup is left")
    func daemon() throws {
        let fixture = try EngineFixture { $0.cgroups = hierarchy }
        let run = try fixture.run(Workload.path, "daemon")
        #expect(run.outcome == .exited(code: 0))
        let warning = try #require(run.warnings.first { $0.hasPrefix("1 descendant outlived") })
        let pid = try #require(
            warning.split(separator: "(pid ").last?.split(separator: ")").first.flatMap { Int32($0) })
        #expect(!ProcessTable().processes.contains { $0.pid == pid && $0.state != "Z" })
        #expect(try fixture.run("/no/such/program").outcome?.name == "launch_failed")
        fixture.stop()
        #expect(try PseudoDirectory.names(in: hierarchy.directory).filter { $0.utf8.count == 26 } == [])
        hierarchy.remove()
        #expect(access(hierarchy.directory, F_OK) != 0)
    }

    @Test("in an engine who has moved into a cgroup below is ended and named, and no cgroup is left")
    func nestedDaemon() throws {
        let fixture = try EngineFixture { $0.cgroups = hierarchy }
        let pipe = try NamedPipe()
        let run = try fixture.run(
            "sh", "-c",
            """
            own=\(hierarchy.directory)/$ERGOMETER_RUN_ID
            mkdir $own/sub
            setsid env -i PATH=$PATH sh -c "echo \\$\\$ > $own/sub/cgroup.procs; echo \\$\\$ > \(pipe.path); exec sleep 60" &
            read pid < \(pipe.path); echo $pid > \(pipe.path).pid
            """)
        #expect(run.outcome == .exited(code: 0))
        let pid = try #require(Int32(PseudoFile.readText("\(pipe.path).pid")))
        #expect(run.warnings.contains { $0.hasPrefix("1 descendant outlived") && $0.contains("(pid \(pid))") })
        #expect(!ProcessTable().processes.contains { $0.pid == pid && $0.state != "Z" })
        fixture.stop()
        hierarchy.remove()
        #expect(access(hierarchy.directory, F_OK) != 0)
    }

    @Test("the account of the cgroup agrees with wait4 where everybody is waited for")
    func account() throws {
        let fixture = try EngineFixture { $0.cgroups = hierarchy }
        let usage = try #require(try fixture.run(Workload.path, "tree", "50").summary?.resourceUsage)
        let (waited, cgroup) = (usage.userTime + usage.systemTime, try #require(usage.cgroup))
        #expect(cgroup.cpuTime >= .milliseconds(200))
        // The cgroup begins with the birth of the process, and rusage with its thread group; both end with it.
        let difference = cgroup.cpuTime > waited ? cgroup.cpuTime - waited : waited - cgroup.cpuTime
        #expect(difference <= .milliseconds(20) + waited / 10, "\(cgroup.cpuTime) and \(waited)")
        fixture.stop()
        hierarchy.remove()
    }

    @Test("counters that cannot be opened leave no cgroup behind")
    func openFailure() throws {
        struct Refusal: Error {}
        let fixture = try EngineFixture(backend: FakeBackend(openError: Refusal())) { $0.cgroups = hierarchy }
        #expect(try fixture.run("true").outcome?.name == "launch_failed")
        fixture.stop()
        hierarchy.remove()
        #expect(access(hierarchy.directory, F_OK) != 0)
    }
}
