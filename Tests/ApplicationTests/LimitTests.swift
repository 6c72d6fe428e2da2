import Foundation
import Glibc
import TestSupport
import Testing

/// `limits` on the machine as it is: through cgroups where they can, otherwise on each process.
@Suite struct LimitTests {
    private let server: RunningServer
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        server = try RunningServer(in: directory)
    }

    private func warnings(_ run: [String: Any], _ words: String) -> [String] {
        (run["warnings"] as? [String] ?? []).filter { $0.contains(words) }
    }

    private func output(_ run: [String: Any]) throws -> String {
        try server.curl("/runs/\(run["id"] ?? "")/stdout").body
    }

    @Test func `a command that uses up its CPU time is ended, and the run says why`() throws {
        let run = try server.finished(
            #"{"command": ["\#(Tool.built("workload"))", "spin", "20000"], "limits": {"cpu_seconds": 1}}"#)
        #expect(run["outcome"] as? String == "signaled" && run["signal"] as? Int == Int(SIGXCPU))
        #expect(warnings(run, "the limit of 1 s CPU time was reached").count == 1)
        let specification = run["specification"] as? [String: Any]
        #expect(specification?["limits"] as? [String: Int] == ["cpu_seconds": 1, "output": 16 << 20])
    }

    @Test func `a command gets no more memory than its limit`() throws {
        let pages = #""\#(Tool.built("workload"))", "pages""#
        let run = try server.finished(
            #"{"command": [\#(pages), "25600", "main"], "limits": {"memory": "64MiB"}}"#)
        // Refused by the kernel when it asks, or killed when it uses what it got.
        let isRefused =
            run["exit_code"] as? Int == 9 && warnings(run, "limits.memory holds for each process").count == 1
        let isKilled = run["signal"] as? Int == Int(SIGKILL) && warnings(run, "bytes of memory was reached").count == 1
        #expect(isRefused || isKilled, "\(run["outcome"] ?? "") \(run["warnings"] ?? "")")
        let within = try server.finished(#"{"command": [\#(pages), "1000", "main"], "limits": {"memory": "64MiB"}}"#)
        #expect(within["exit_code"] as? Int == 0)
    }

    @Test func `a limit on processes holds, or the run says that it does not`() throws {
        let line = "for i in 1 2 3 4 5 6 7 8; do sleep 0.1 & done; wait; echo all"
        let run = try server.finished(#"{"command": "\#(line)", "limits": {"processes": 3}}"#)
        let isWhole = try output(run).contains("all")
        if warnings(run, "limits.processes is not enforced").count == 1 {
            #expect(getuid() == 0 && isWhole, "only root is not bound")
        } else {
            #expect(!isWhole)
        }
    }

    @Test(.enabled(if: getuid() == 0, "only root can run commands as somebody else"))
    func `somebody else than root gets no more processes than the limit, with and without a cgroup`() throws {
        let directory = try TemporaryDirectory()
        let other = try RunningServer(in: directory, options: ["--run-user", "games"])
        let line = "for i in 1 2 3 4 5 6 7 8; do sleep 0.1 & done; wait; echo all"
        let run = try other.finished(#"{"command": "\#(line)", "limits": {"processes": 3}}"#)
        #expect(try other.curl("/runs/\(run["id"] ?? "")/stdout").body == "")
        let within = try other.finished(#"{"command": "\#(line)", "limits": {"processes": 30}}"#)
        #expect(try other.curl("/runs/\(within["id"] ?? "")/stdout").body == "all\n")
    }

    @Test(.enabled(if: getuid() == 0, "a file system can only be mounted by root"))
    func `on a full disk the command goes on, and the run says what is missing`() throws {
        let directory = try TemporaryDirectory()
        let small = "\(directory.path)/data/output"
        try FileManager.default.createDirectory(atPath: small, withIntermediateDirectories: true)
        let mount = try Tool.run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small])
        try #require(mount.status == 0, "\(mount.errors)")
        defer { _ = try? Tool.run("umount", ["--lazy", small]) }
        let full = try RunningServer(in: directory)
        let run = try full.finished(#"{"command": "head -c 3000000 /dev/zero; echo done >&2"}"#)
        #expect(run["exit_code"] as? Int == 0)
        let stdout = (run["output"] as? [String: Any])?["stdout"] as? [String: Any]
        let kept = try #require(stdout?["kept_bytes"] as? Int)
        #expect(stdout?["bytes"] as? Int == 3_000_000 && (1..<(1 << 20) + 1).contains(kept))
        #expect(warnings(run, "No space left on device").count >= 1)
        let head = try full.curl("/runs/\(run["id"] ?? "")/stdout", ["--head"])
        #expect(head.headers["content-length"] == "\(kept)")
    }
}
