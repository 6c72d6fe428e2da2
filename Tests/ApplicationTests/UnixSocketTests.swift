import Foundation
import Glibc
import TestSupport
import Testing

/// The door for those whom the kernel vouches for.
@Suite struct UnixSocketTests {
    private let directory: TemporaryDirectory
    private var path: String { "\(directory.path)/socket" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func serve(_ options: [String] = []) throws -> RunningServer {
        try RunningServer(in: directory, options: ["--unix-socket", path] + options)
    }

    /// - Returns: the status; 0 if nobody answers.
    private func ask(_ target: String, _ options: [String] = [], as user: [String] = []) throws -> String {
        let command =
            user + [
                "curl", "-s", "--max-time", "60", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", path,
                "http://localhost\(target)",
            ] + options
        return try Tool.run(command[0], Array(command.dropFirst())).output
    }

    @Test func `its owner comes in without a token, beside the network or alone`() throws {
        for options in [[], ["--listen", "none"]] {
            let server = try serve(options)
            var status = stat()
            #expect(lstat(path, &status) == 0 && status.st_mode == S_IFSOCK | 0o600)
            #expect(try ask("/runs") == "200")
            #expect(try ask("/runs", ["--json", #"{"command": ["true"]}"#]) == "201")
            #expect(try ask("/runs", ["-H", "Host: evil.example"]) == "421")
            if options.isEmpty { #expect(try server.curl("/runs", authorized: false).status == 401) }
            #expect(server.terminate() == 0)
            #expect(lstat(path, &status) != 0, "it takes its socket away")
        }
    }

    @Test(.enabled(if: getuid() == 0 && Tool.find("setpriv") != nil, "only root can become somebody else"))
    func `others are kept out by the permissions, and need a token where somebody has opened them`() throws {
        let server = try serve()
        chmod(directory.path, 0o711)
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        #expect(try ask("/runs", as: nobody) == "000")
        chmod(path, 0o666)
        #expect(try ask("/runs", as: nobody) == "401")
        #expect(try ask("/runs", ["-H", "Authorization: Bearer \(server.token)"], as: nobody) == "200")
        #expect(try ask("/runs") == "200")
    }

    @Test func `what a dead server has left is replaced, a live one is not`() throws {
        let first = try serve()
        let second = try Tool.run(
            Tool.built("ergometer"),
            ["serve", "--listen", "none", "--unix-socket", path, "--data-dir", "\(directory.path)/other"])
        #expect(second.status != 0)
        #expect(second.errors.contains("another server listens there"), "\(second.errors)")
        #expect(try ask("/runs") == "200")
        first.kill()
        let third = try serve()
        #expect(try ask("/runs") == "200")
        #expect(third.terminate() == 0)
    }

    @Test func `a file that is no socket stays what it is`() throws {
        try "precious".write(toFile: path, atomically: false, encoding: .utf8)
        let tool = try Tool.run(
            Tool.built("ergometer"),
            ["serve", "--listen", "none", "--unix-socket", path, "--data-dir", "\(directory.path)/data"])
        #expect(tool.status != 0 && tool.errors.contains("that is no socket"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        let long = try Tool.run(
            Tool.built("ergometer"),
            [
                "serve", "--listen", "none", "--unix-socket", "/tmp/\(String(repeating: "x", count: 110))",
                "--data-dir", "\(directory.path)/data",
            ])
        #expect(long.status != 0 && long.errors.contains("107 bytes"))
    }
}
