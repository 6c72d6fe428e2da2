import Foundation
import TestSupport
import Testing

/// Options of `serve` in a file, in the environment and on the command line. Each start fails before a server runs, at
/// a directory or a port that it names.
@Suite struct SettingsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// - Returns: what the server says when it does not start.
    private func serve(_ options: [String] = [], file: String? = nil, environment: [String: String] = [:]) throws
        -> Tool
    {
        let path = "\(directory.path)/ergometer.conf"
        if let file { try file.write(toFile: path, atomically: true, encoding: .utf8) }
        return try Tool.run(
            Tool.built("ergometer"), ["serve"] + (file == nil ? [] : ["--config", path]) + options,
            environment: environment)
    }

    @Test func `the command line counts more than the environment, and that more than the file`() throws {
        let file = "listen = 192.0.2.1:1\n"
        #expect(try serve(file: file).errors.contains("192.0.2.1:1 can be reached"))
        let environment = ["ERGOMETER_LISTEN": "192.0.2.2:2"]
        #expect(try serve(file: file, environment: environment).errors.contains("192.0.2.2:2 can be reached"))
        let flag = ["--listen", "192.0.2.3:3"]
        #expect(try serve(flag, file: file, environment: environment).errors.contains("192.0.2.3:3 can be reached"))
    }

    @Test func `a server takes all that a file says, and the file from the environment`() throws {
        let path = "\(directory.path)/server.conf"
        let text = "# A comment\n\n  allowed-host = one.example\nallowed-host=two.example\nmax-concurrent-runs = 2\n"
        try (text + "insecure-remote = false\n").write(toFile: path, atomically: true, encoding: .utf8)
        let server = try RunningServer(in: directory, environment: ["ERGOMETER_CONFIG": path])
        for name in ["one.example", "two.example"] {
            #expect(try server.curl("/healthz", ["--header", "Host: \(name)"]).status == 200)
        }
        #expect(try server.curl("/healthz", ["--header", "Host: three.example"]).status == 421)
    }

    @Test func `an option that may be repeated is separated by commas in the environment`() throws {
        let server = try RunningServer(
            in: directory, environment: ["ERGOMETER_ALLOWED_HOST": "one.example,two.example"])
        #expect(try server.curl("/healthz", ["--header", "Host: two.example"]).status == 200)
    }

    @Test(
        arguments: [
            ("listne = 127.0.0.1:1\n", "ergometer.conf:1: listne is no option of serve"),
            ("\nconfig = other\n", "ergometer.conf:2: config is no option of serve"),
            ("listen\n", "ergometer.conf:1: a line must have the form"),
            ("data-dir = a\ndata-dir = b\n", "ergometer.conf:2: data-dir is set twice, first at"),
            ("insecure-remote = yes\n", "ergometer.conf:1: insecure-remote must be true or false"),
            ("max-concurrent-runs = many\n", "--max-concurrent-runs is set by "),
            ("max-concurrent-runs = 0\n", "ergometer.conf:1"),
        ])
    func `a fault in the file stops the start, and is told with its place`(file: String, message: String) throws {
        let tool = try serve(file: file)
        #expect(tool.status == 64)
        #expect(tool.errors.contains(message), "\(tool.errors)")
    }

    @Test func `a variable that is no option stops the start`() throws {
        let tool = try serve(environment: ["ERGOMETER_PORT": "tcp://10.0.0.1:9797"])
        #expect(tool.status == 64)
        #expect(tool.errors.contains("ERGOMETER_PORT, which is no option of serve"))
        #expect(tool.errors.contains("enableServiceLinks"))
    }

    @Test func `a file that cannot be read stops the start`() throws {
        let tool = try serve(["--config", "/no/such/file"])
        #expect(tool.status == 64)
        #expect(tool.errors.contains("cannot read the configuration /no/such/file: No such file or directory"))
    }
}
