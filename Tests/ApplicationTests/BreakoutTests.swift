import Foundation
import Glibc
import TestSupport
import Testing

/// What a command can reach of the server and of other runs when it tries, and which options keep it from it.
@Suite(.enabled(if: getuid() == 0, "only root can run commands as somebody else")) struct BreakoutTests {
    /// Not below /tmp, of which a sandbox has its own: so that what is hidden is hidden by rules.
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory(in: "/var/lib")
        // Others get as far as the data directory, and no farther by its own permissions alone.
        chmod(directory.path, 0o711)
    }

    private var data: String { "\(directory.path)/data" }
    private var socket: String { "\(directory.path)/socket" }

    /// Which of these attempts succeed inside of a run.
    private func reached(_ server: RunningServer, _ attempts: [String: String], run: String = "") throws -> Set<String>
    {
        let lines = attempts.map { "if { \($0.value); } >/dev/null 2>&1; then echo \($0.key); fi" }
        let script = lines.joined(separator: "\n")
        let body = try JSONEncoder().encode(["command": script])
        let json = "{\(run)\(String(decoding: body, as: UTF8.self).dropFirst())"
        let run = try server.finished(json)
        #expect(run["outcome"] as? String == "exited", "\(run)")
        let output = try server.curl("/runs/\(run["id"] as? String ?? "")/stdout").body
        return Set(output.split(separator: "\n").map(String.init))
    }

    private func attempts(_ server: RunningServer) throws -> [String: String] {
        let other = try server.finished(#"{"command": ["echo", "secret"]}"#)["id"] as? String ?? ""
        #expect(FileManager.default.fileExists(atPath: "\(data)/output/\(other).stdout"))
        return [
            "token": "cat \(data)/token", "database": "cat \(data)/runs.sqlite",
            "output": "cat \(data)/output/\(other).stdout", "memory": "(: <>/proc/\(server.pid)/mem)",
            "descriptors": "readlink /proc/\(server.pid)/fd/0", "environment": "cat /proc/\(server.pid)/environ",
            "root": "ls /proc/\(server.pid)/root/", "signal": "kill -0 \(server.pid)",
            "socket": "curl -sf --unix-socket \(socket) http://localhost/runs",
            "network": "curl -s http://127.0.0.1:\(server.port)/healthz", "capability": "f=$(mktemp) && chown 1 $f",
            "write": "echo >\(directory.path)/written", "mode": "chmod 711 \(directory.path)",
            "mount": "mount -t tmpfs none /mnt && umount /mnt",
            "temporary": "echo >/tmp/\(UUID().uuidString)", "null": "echo >/dev/null", "read": "cat /etc/passwd",
        ]
    }

    /// Ways to processes of the same user, and to its files, that need no right to read or write.
    private func detours(_ server: RunningServer) -> [String: String] {
        [
            "limit": "prlimit --pid \(server.pid) --nofile=64:64", "cpus": "taskset -p 1 \(server.pid)",
            "priority": "renice 19 -p \(server.pid)",
            "policy": "chrt --batch -p 0 \(server.pid)", "io": "ionice -c 3 -p \(server.pid)",
            "mode": "chmod 755 \(data)", "owner": "chown $(id -u) \(data)", "time": "touch -c \(data)/token",
            "datagram": "bash -c 'exec 3<>/dev/udp/127.0.0.1/9'",
            "input": "touch /proc/self/fd/0",
            "own": "taskset 1 nice -n 1 prlimit --nofile=64:64 true",
        ]
    }

    private static let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    private static let always: Set = ["null", "read", "temporary"]

    @Test func `with no option, memory and descriptors of the server are closed, its files are not`() throws {
        let server = try RunningServer(in: directory, options: ["--unix-socket", socket])
        let reached = try reached(server, try self.attempts(server))
        #expect(
            reached
                == Self.always.union(["token", "database", "output", "socket", "signal", "network", "write", "mode"]))
    }

    @Test func `another user reaches neither token, database, output, memory, descriptors nor socket`() throws {
        let server = try RunningServer(in: directory, options: ["--unix-socket", socket, "--run-user", "nobody"])
        #expect(try reached(server, try self.attempts(server)) == Self.always.union(["network"]))
        let identity = try server.finished(#"{"command": "id -u; id -G; echo $HOME; echo again >/dev/stdout"}"#)
        let output = try server.curl("/runs/\(identity["id"] as? String ?? "")/stdout").body
        #expect(output == "65534\n65534\n/nonexistent\nagain\n")
        // What runs as somebody else is ended all the same.
        let id = try #require(
            try server.post(#"{"command": "trap '' TERM; sleep 600 & wait", "kill_grace": "0s"}"#).json["id"] as? String
        )
        try server.waitUntilRunning(id)
        _ = try server.curl("/runs/\(id)/cancel", ["-X", "POST"])
        #expect(try server.curl("/runs/\(id)?wait=60s").json["outcome"] as? String == "cancelled")
    }

    @Test(.enabled(if: Tool.find("setpriv") != nil, "setpriv is not installed"))
    func `three capabilities are enough to run commands as somebody else, who can open /dev/stdout`() throws {
        let capabilities = "+setuid,+setgid,+kill"
        chown(directory.path, 1, 1)
        let server = try RunningServer(
            in: directory, options: ["--run-user", "nobody"],
            wrapper: [
                "setpriv", "--reuid=1", "--regid=1", "--clear-groups", "--inh-caps=-all,\(capabilities)",
                "--ambient-caps=-all,\(capabilities)", "--bounding-set=-all,\(capabilities)",
            ])
        let run = try server.finished(#"{"command": "id -u; echo again >/dev/stdout; echo and again >/dev/stderr"}"#)
        let id = run["id"] as? String ?? ""
        #expect(try server.curl("/runs/\(id)/stdout").body == "65534\nagain\n")
        #expect(try server.curl("/runs/\(id)/stderr").body == "and again\n")
    }

    @Test(.enabled(if: Tool.find("setpriv") != nil, "setpriv is not installed"))
    func `a server without privileges, too, cannot be read by what it runs`() throws {
        chown(directory.path, 65534, 65534)
        let server = try RunningServer(in: directory, wrapper: Self.nobody)
        let all = try self.attempts(server)
        let own = all.filter { ["memory", "descriptors", "environment", "root", "read"].contains($0.key) }
        #expect(try reached(server, own) == ["read"])
    }

    @Test(.enabled(if: LiveMachine.hasSandbox, "this kernel has no Landlock 4"))
    func `a sandbox closes files, network and signals, whoever the user is`() throws {
        let server = try RunningServer(in: directory, options: ["--unix-socket", socket, "--sandbox", "readonly"])
        let attempts = try self.attempts(server)
        #expect(try reached(server, attempts) == Self.always.union(["socket"]))
        #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/written"))
        #expect(server.terminate() == 0)
        let both = try RunningServer(
            in: directory, options: ["--unix-socket", socket, "--sandbox", "readonly", "--run-user", "nobody"])
        #expect(try reached(both, try self.attempts(both)) == Self.always)
    }

    @Test(.enabled(if: LiveMachine.hasSandbox, "this kernel has no Landlock 4"))
    func `a sandbox is Landlock's alone where namespaces are forbidden, and says why`() throws {
        let forbid = "echo 0 > /proc/sys/user/max_mnt_namespaces && exec \"$@\""
        let server = try RunningServer(
            in: directory, options: ["--sandbox", "readonly"],
            wrapper: ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh"])
        let reason = "there is CAP_SYS_ADMIN, but something else forbids it (No space left on device)"
        #expect(server.log.contains(reason))
        let run = try server.finished(#"{"command": "echo >/tmp/\#(UUID().uuidString)"}"#)
        #expect(run["exit_code"] as? Int == 2, "nothing can be written")
        #expect((run["warnings"] as? [String] ?? []).contains { $0.hasPrefix("sandbox: ") && $0.hasSuffix(reason) })
    }

    @Test(
        .enabled(if: LiveMachine.hasSandbox, "this kernel has no Landlock 4"),
        .enabled(if: access("/dev/fuse", R_OK) == 0, "there is no FUSE"))
    func `a dead mount beside the data directory keeps no sandboxed run from its start`() throws {
        let dead = "\(directory.path)/dead"
        mkdir(dead, 0o755)
        let device = open("/dev/fuse", O_RDWR | O_CLOEXEC)
        #expect(mount("none", dead, "fuse", 0, "fd=\(device),rootmode=40000,user_id=0,group_id=0") == 0)
        close(device)
        defer { umount2(dead, Int32(MNT_DETACH)) }
        let server = try RunningServer(in: directory, options: ["--sandbox", "readonly"])
        #expect(try server.finished(#"{"command": ["true"]}"#)["outcome"] as? String == "exited")
    }

    @Test(.enabled(if: LiveMachine.hasSandbox, "this kernel has no Landlock 4"))
    func `a data directory in one that the server cannot list is hidden all the same`() throws {
        mkdir(data, 0o700)
        chown(data, 65534, 65534)
        let server = try RunningServer(in: directory, options: ["--sandbox", "readonly"], wrapper: Self.nobody)
        let attempts = try self.attempts(server)
        #expect(try reached(server, attempts) == ["null", "read"])
    }

    @Test(.enabled(if: LiveMachine.hasSandbox, "this kernel has no Landlock 4"), arguments: [[], Self.nobody])
    func `a sandbox closes the ways that need no right to read or write, with namespaces and without`(
        wrapper: [String]
    ) throws {
        mkdir(data, 0o700)
        if !wrapper.isEmpty { chown(data, 65534, 65534) }
        let other = try TemporaryDirectory(in: "/var/lib")
        chmod(other.path, 0o755)
        let own = "\(other.path)/own"
        try Data().write(to: URL(fileURLWithPath: own))
        if !wrapper.isEmpty { chown(own, 65534, 65534) }
        let server = try RunningServer(in: directory, options: ["--sandbox", "readonly"], wrapper: wrapper)
        #expect(try reached(server, detours(server)) == ["own"])
        // Numbers of fcntl, socket and io_uring_setup: perl has no names for them without its modules.
        let kernel = [
            "capabilities": "unshare --user true",
            "lease": "perl -e 'open(F, q(<), q(\(own))) || exit 0; exit(fcntl(F, 1024, 1) ? 0 : 1)'",
            "events": "perl -e 'socket(S, 16, 3, 15) || exit 1'", "routes": "perl -e 'socket(S, 16, 3, 0) || exit 1'",
            "rings": "perl -e 'syscall(425, 1, 0); exit($!{EPERM} ? 1 : 0)'", "threads": "perl -e 'exit(fork ? 0 : 0)'",
        ]
        #expect(try reached(server, kernel) == ["routes", "threads"])
        #expect(server.terminate() == 0)
    }

    /// The system calls that get through to the kernel from a run of the user 65534, on a file of that user, and what the
    /// run was told.
    private func openCalls(wrapper: [String], options: [String]) throws -> (calls: Set<String>, warnings: [String]) {
        let (directory, other) = (try TemporaryDirectory(in: "/var/lib"), try TemporaryDirectory(in: "/var/lib"))
        chmod(other.path, 0o755)
        let own = "\(other.path)/own"
        try Data().write(to: URL(fileURLWithPath: own))
        chown(own, 65534, 65534)
        if !wrapper.isEmpty { chown(directory.path, 65534, 65534) }
        let server = try RunningServer(in: directory, options: options, wrapper: wrapper)
        // Where every run sees it, wherever it was built.
        let program = "\(other.path)/workload"
        try FileManager.default.copyItem(atPath: Tool.built("workload"), toPath: program)
        let run = try server.finished(#"{"command": ["\#(program)", "calls", "\#(own)"]}"#)
        #expect(run["exit_code"] as? Int == 0, "\(run)")
        let output = try server.curl("/runs/\(run["id"] as? String ?? "")/stdout").body
        return (Set(output.split(separator: "\n").map(String.init)), run["warnings"] as? [String] ?? [])
    }

    private static let harmless: Set = ["unix", "netlink of routes", "pair of unix"]
    private static let attributes: Set = [
        "chmod", "fchmod", "fchmodat2", "fchown", "fchownat", "utimensat", "setxattr", "lsetxattr", "fsetxattr",
        "setxattrat", "removexattr", "lremovexattr", "fremovexattr", "removexattrat", "file_setattr", "FS_IOC_SETFLAGS",
    ]

    @Test(
        .enabled(if: LiveMachine.hasSandbox, "this kernel has no Landlock 4"),
        .enabled(if: Tool.find("setpriv") != nil, "setpriv is not installed"))
    func `a sandbox closes system calls one by one`() throws {
        let sandbox = ["--sandbox", "readonly"]
        #expect(try openCalls(wrapper: Self.nobody, options: sandbox).calls == Self.harmless)
        // Where everything is mounted read-only, the kernel refuses to change attributes.
        let root = try openCalls(wrapper: [], options: sandbox + ["--run-user", "nobody"])
        let isMounted = !root.warnings.contains { $0.hasPrefix("sandbox: no directory can be written") }
        #expect(root.calls == (isMounted ? Self.harmless.union(Self.attributes) : Self.harmless))
        // Others, which a container may close, are not asked for.
        let open = try openCalls(wrapper: Self.nobody, options: []).calls
        #expect(
            open.isSuperset(of: Self.harmless.union(["chmod", "fchmod", "utimensat", "setxattr", "inet", "TIOCSTI"])))
    }

    @Test(.enabled(if: Tool.find("setpriv") != nil, "setpriv is not installed"))
    func `without a sandbox a command has those ways`() throws {
        mkdir(data, 0o700)
        chown(data, 65534, 65534)
        let server = try RunningServer(in: directory, wrapper: Self.nobody)
        #expect(try reached(server, detours(server)) == Set(detours(server).keys))
    }

    @Test(.enabled(if: Tool.find("python3") != nil, "python3 is not installed"))
    func `no run has the keys of the session that the server was started in`() throws {
        // Numbers of add_key and keyctl; KEYCTL_JOIN_SESSION_KEYRING, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING.
        let keyring = """
            import ctypes, os, platform, sys
            call = ctypes.CDLL(None).syscall
            add, control = {"x86_64": (248, 250), "aarch64": (217, 219)}[platform.machine()]
            if sys.argv[1:]:
                call(control, 1, None)
                call(add, b"user", b"ergometer", b"secret", 6, -3)
            found = call(control, 10, -3, b"user", b"ergometer", 0) > 0
            if sys.argv[1:]: os.execvp(sys.argv[1], sys.argv[1:])
            sys.exit(0 if found else 1)
            """
        let program = "\(directory.path)/keyring.py"
        try keyring.write(toFile: program, atomically: true, encoding: .utf8)
        let search = ["python3", program]
        try #require(try Tool.run("python3", [program] + search).status == 0, "keys can be had and are inherited")
        let server = try RunningServer(in: directory, wrapper: search)
        #expect(try reached(server, ["keys": search.joined(separator: " "), "python": "python3 -c 0"]) == ["python"])
    }

    @Test(.enabled(if: LiveMachine.hasSandbox, "this kernel has no Landlock 4"))
    func `one run may ask for a sandbox, and none gets out of the one that is for all`() throws {
        let server = try RunningServer(in: directory)
        let write = ["write": "echo >\(directory.path)/written"]
        #expect(try reached(server, write, run: #""sandbox": "readonly","#) == [])
        #expect(try reached(server, write) == ["write"])
        #expect(server.terminate() == 0)
        let strict = try RunningServer(in: directory, options: ["--sandbox", "readonly"])
        #expect(try reached(strict, write, run: #""sandbox": "none","#) == [])
        #expect(try strict.post(#"{"command": ["true"], "sandbox": "total"}"#).status == 422)
    }

    @Test func `a run has three descriptors, no capability and no way to get one`() throws {
        let server = try RunningServer(in: directory)
        let run = try server.finished(
            #"{"command": "echo /proc/self/fd/*; grep -E '^(Cap|NoNewPrivs)' /proc/self/status; ps -o sid= $$"}"#)
        let lines = try server.curl("/runs/\(run["id"] as? String ?? "")/stdout").body.split(separator: "\n")
        #expect(
            lines.first == "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3"
                || lines.first == "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2")
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(lines.contains("\(set):\t0000000000000000"), "\(lines)")
        }
        #expect(lines.contains("NoNewPrivs:\t1"))
        #expect(
            lines.last?.trimmingCharacters(in: .whitespaces) == "\(run["pid"] as? Int ?? 0)", "a session of its own")
    }

    @Test func `only programs of the list are run, by whatever name`() throws {
        let list = ["--allow-command", "/bin/echo", "--allow-command", "/usr/bin/env"]
        let server = try RunningServer(in: directory, options: list)
        #expect(try server.finished(#"{"command": ["echo", "x"]}"#)["exit_code"] as? Int == 0)
        #expect(try server.finished(#"{"command": ["/usr/../bin/echo", "x"]}"#)["exit_code"] as? Int == 0)
        let refused = [
            #"{"command": ["true"]}"#, #"{"command": "echo x"}"#,
            #"{"command": ["./echo"], "working_directory": "/bin"}"#,
            #"{"command": ["/bin/no-such-program"]}"#, #"{"command": ["echo"], "environment": {"PATH": "bin"}}"#,
            #"{"command": ["echo"], "environment": {"LD_PRELOAD": "/tmp/x.so"}}"#,
        ]
        for json in refused { #expect(try server.post(json).status == 422, "\(json)") }
        let link = "\(directory.path)/echo"
        symlink("/bin/true", link)
        let linked = #"{"command": ["echo"], "environment": {"PATH": "\#(directory.path)"}}"#
        #expect(try server.post(linked).status == 422)
        #expect(server.terminate() == 0)
        let shell = try RunningServer(in: directory, options: ["--allow-command", "/bin/sh"])
        #expect(try shell.finished(#"{"command": "exit 3"}"#)["exit_code"] as? Int == 3)
    }

    @Test func `what cannot be kept from commands stops the start`() throws {
        func refusal(_ options: String...) throws -> String {
            let tool = try Tool.run(
                Tool.built("ergometer"), ["serve", "--listen", "127.0.0.1:0", "--data-dir", data] + options)
            #expect(tool.status != 0)
            return tool.errors
        }
        #expect(try refusal("--run-user", "no-such-user").contains("there is no user"))
        #expect(try refusal("--run-user", "root").contains("the server's own user"))
        #expect(try refusal("--allow-command", "echo").contains("absolute path"))
        #expect(try refusal("--sandbox", "total").contains("--sandbox"))
    }
}
