import Foundation
import Glibc
import TestSupport
import Testing

/// The server over TLS, with certificates that openssl makes here.
@Suite(.enabled(if: Tool.find("openssl") != nil, "openssl is not installed")) struct TLSTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try certify("first")
    }

    private func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    /// A certificate for localhost that vouches for itself, in `name.pem` and `name.key`.
    private func certify(_ name: String) throws {
        let tool = try Tool.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                path("\(name).key"), "-out", path("\(name).pem"),
            ])
        #expect(tool.status == 0, "\(tool.errors)")
    }

    private func options(_ certificate: String = "first", key: String? = nil) -> [String] {
        ["--tls-cert", path("\(certificate).pem"), "--tls-key", path("\(key ?? certificate).key")]
    }

    /// What curl prints of an answer, and its exit code.
    private func curl(
        _ server: RunningServer, trusting certificate: String, _ more: [String] = [], path target: String = "/runs"
    ) throws -> Tool {
        try Tool.run(
            "curl",
            [
                "-si", "--max-time", "60", "--cacert", path("\(certificate).pem"), "-H",
                "Authorization: Bearer \(server.token)", "https://localhost:\(server.port)\(target)",
            ] + more)
    }

    @Test func `requests go in and measurements come out, and without TLS nothing does`() throws {
        let server = try RunningServer(in: directory, options: options())
        #expect(server.greeting.contains("listens on https://127.0.0.1:"))
        let run = try curl(server, trusting: "first", ["--json", #"{"command": ["true"]}"#])
        #expect(run.output.hasPrefix("HTTP/1.1 201"))
        let large = try curl(server, trusting: "first", path: "/openapi.yaml")
        #expect(large.output.contains("openapi: 3.1") && large.output.hasSuffix("\n"))
        #expect(try server.curl("/healthz").status == 0)
        let cookie = try curl(server, trusting: "first", path: "/?token=\(server.token)")
        #expect(cookie.output.contains("Set-Cookie: __Host-ergometer-\(server.port)="))
        #expect(cookie.output.contains("; Secure"))
        #expect(server.terminate() == 0)
    }

    @Test(arguments: [("tls1", false), ("tls1_1", false), ("tls1_2", true), ("tls1_3", true)])
    func `who speaks an old version alone is refused`(version: String, isSpoken: Bool) throws {
        let server = try RunningServer(in: directory, options: options())
        // By itself openssl would not even offer the old ones.
        let client = try Tool.run(
            "openssl",
            ["s_client", "-connect", "127.0.0.1:\(server.port)", "-\(version)", "-cipher", "ALL:@SECLEVEL=0", "-brief"])
        #expect(client.errors.contains("CONNECTION ESTABLISHED") == isSpoken, "\(client.errors)")
        // The server ends it: a client that did not offer the version, or did not come through, says something else.
        let endings = ["unexpected eof while reading", "alert protocol version"]
        if !isSpoken { #expect(endings.contains { client.errors.contains($0) }, "\(client.errors)") }
    }

    @Test func `SIGHUP brings a new certificate, and one that cannot be used leaves the old one`() throws {
        let server = try RunningServer(in: directory, options: options())
        try certify("second")
        #expect(try curl(server, trusting: "second").status != 0)
        for kind in ["pem", "key"] {
            try FileManager.default.removeItem(atPath: path("first.\(kind)"))
            try FileManager.default.copyItem(atPath: path("second.\(kind)"), toPath: path("first.\(kind)"))
        }
        kill(server.pid, SIGHUP)
        try waitUntil { try curl(server, trusting: "second").status == 0 }
        try "nonsense".write(toFile: path("first.pem"), atomically: false, encoding: .utf8)
        kill(server.pid, SIGHUP)
        try waitUntil { server.log.contains("the certificate is what it was") }
        #expect(try curl(server, trusting: "second").output.hasPrefix("HTTP/1.1 200"))
    }

    @Test func `a key that others can read is refused, and one of another certificate`() throws {
        try certify("second")
        func refusal(_ options: [String]) throws -> String {
            let tool = try Tool.run(
                Tool.built("ergometer"),
                ["serve", "--listen", "127.0.0.1:0", "--data-dir", path("data")] + options)
            #expect(tool.status != 0)
            return tool.errors
        }
        #expect(try refusal(options("first", key: "second")).contains("cannot use the certificate"))
        #expect(try refusal(options("second", key: "none")).contains("cannot read"))
        #expect(try refusal(["--tls-cert", path("first.pem")]).contains("go together"))
        chmod(path("first.key"), 0o644)
        #expect(try refusal(options()).contains("is open to others"))
    }

    @Test func `with TLS other machines may be let in, under any address but under no strange name`() throws {
        let server = try RunningServer(in: directory, options: options() + ["--listen", "0.0.0.0:0"])
        #expect(try curl(server, trusting: "first").output.hasPrefix("HTTP/1.1 200"))
        #expect(try curl(server, trusting: "first", ["-H", "Host: 10.1.2.3"]).output.hasPrefix("HTTP/1.1 200"))
        #expect(try curl(server, trusting: "first", ["-H", "Host: evil.example"]).output.hasPrefix("HTTP/1.1 421"))
    }
}
