import Foundation
import Glibc
import TestSupport
import Testing

/// What keeps the program from starting, and what it says then.
@Suite struct StartTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// - Parameter script: for bash, with the directory of the test as its own; `serve` is one that fails to start.
    private func bash(_ script: String) throws -> Tool {
        try Tool.run(
            "bash", ["-c", script], environment: ["ergometer": Tool.built("ergometer")], directory: directory.path)
    }

    private let serve = "exec $ergometer serve --listen 127.0.0.1:0 --data-dir data"

    @Test(arguments: ["-h", "--help"])
    func `exec tells how it is used`(option: String) throws {
        let tool = try bash("exec $ergometer exec \(option)")
        #expect(tool.status == 0)
        #expect(tool.output.hasPrefix("OVERVIEW: Run a command"))
    }

    @Test(arguments: ["''", "/no/such/directory", "/etc/passwd"])
    func `a sysfs root must be a directory`(path: String) throws {
        let exec = try bash("exec $ergometer exec --sysfs-root \(path) true")
        #expect(exec.status == 125)
        #expect(exec.errors.contains("--sysfs-root must be a directory"))
        let server = try bash("\(serve) --sysfs-root \(path)")
        #expect(server.status == 64)
        #expect(server.errors.contains("--sysfs-root must be a directory"))
    }

    @Test func `a token file that cannot be read is told with its errno`() throws {
        let directory = try bash("mkdir -p data && mkdir -m 700 data/token && \(serve)")
        #expect(directory.errors.contains("cannot read the token file data/token: Is a directory"))
        let dangling = try bash("rmdir data/token && ln -s nowhere data/token && \(serve)")
        #expect(dangling.errors.contains("cannot read the token file data/token: No such file or directory"))
    }

    @Test func `a token that others can read is no secret`() throws {
        let script = "mkdir -m 700 data; head -c 64 /dev/zero | tr '\\0' x > data/token; chmod 640 data/token; \(serve)"
        #expect(try bash(script).errors.contains("the token file data/token can be read by others: chmod 600 it"))
    }

    @Test(
        .enabled(if: getuid() == 0, "only root can give files away"),
        arguments: [
            ("data", "data belongs to user 65534 and this server is user 0"),
            ("data/token", "the token file data/token belongs to user 65534"),
            ("data/runs.sqlite", "data/runs.sqlite belongs to user 65534"),
        ])
    func `what another user could exchange is refused`(path: String, message: String) throws {
        let script = "umask 077; mkdir data; head -c 64 /dev/zero | tr '\\0' x > data/token; touch data/runs.sqlite"
        #expect(try bash("\(script); chown 65534 \(path); \(serve)").errors.contains(message))
        // To root, who looks at somebody else's server, that is nothing.
        let token = try bash("chown 65534 data data/token; exec $ergometer token --data-dir data")
        #expect(token.output.hasPrefix("token: data/token"))
    }

    @Test func `a draft of the token that a crash has left does not keep the server from starting`() throws {
        let script = """
            mkdir -p data
            coproc bash -c 'touch data/token.$$; exec $ergometer serve --listen 127.0.0.1:0 --data-dir data'
            server=$COPROC_PID
            read -r line <&${COPROC[0]}
            echo "$line"
            kill $server
            """
        #expect(try bash(script).output.contains("listens on"))
    }

    @Test func `a port that is taken leaves the queued runs as they are`() throws {
        let other = try RunningServer(in: TemporaryDirectory())
        let first = try RunningServer(in: directory)
        let ids = try (0..<6).map { _ in try first.post(#"{"command": ["sleep", "60"]}"#).json["id"] as? String ?? "" }
        first.kill()
        let failed = try bash(
            "exec $ergometer serve --listen 127.0.0.1:\(other.port) --data-dir data --max-concurrent-runs 6")
        #expect(failed.status != 0)
        let second = try RunningServer(in: directory)
        for id in ids.dropFirst() {
            let state = try second.curl("/runs/\(id)").json["state"] as? String
            #expect(state == "queued" || state == "running")
        }
    }
}
