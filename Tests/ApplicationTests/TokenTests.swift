import Foundation
import Glibc
import Storage
import TestSupport
import Testing

/// `ergometer token`, and what a running server makes of it.
@Suite struct TokenTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func token(_ arguments: String...) throws -> Tool {
        try Tool.run(Tool.built("ergometer"), ["token"] + arguments + ["--data-dir", "\(directory.path)/data"])
    }

    private func status(_ server: RunningServer, _ token: String, _ path: String = "/runs") throws -> Int {
        try server.curl(path, ["--header", "Authorization: Bearer \(token)"], authorized: false).status
    }

    @Test func `it tells where the token is, and the link while a server runs`() throws {
        #expect(try token().status != 0, "there is no token yet")
        let server = try RunningServer(in: directory, options: ["--viewer-token"])
        let told = try token()
        #expect(told.output.contains("token: \(directory.path)/data/token\n"))
        let link = "http://127.0.0.1:\(server.port)"
        #expect(told.output.contains("\nlink: \(link)/?token=\(server.token)\n"))
        let viewer = try #require(told.output.firstMatch(of: /link for viewers: (\S+)\n/)).output.1
        let signedIn = try server.curl(String(viewer.dropFirst(link.count)), authorized: false)
        #expect(signedIn.status == 303)
        server.kill()
        #expect(try !token().output.contains("link"), "what a dead server has left is not believed")
    }

    @Test func `rotation locks the old token out at once, ends streams, and lets commands run on`() throws {
        let server = try RunningServer(in: directory)
        let id = try #require(try server.post(#"{"command": ["sleep", "600"]}"#).json["id"] as? String)
        let old = server.token
        let follower = Process()
        let heard = Pipe()
        follower.executableURL = URL(fileURLWithPath: Tool.find("curl") ?? "curl")
        follower.arguments = [
            "-sN", "-H", "Authorization: Bearer \(old)", "http://127.0.0.1:\(server.port)/runs/\(id)/events",
        ]
        follower.standardOutput = heard
        try follower.runWithAllSignals()
        #expect(!heard.fileHandleForReading.availableData.isEmpty)
        #expect(try token("rotate").status == 0)
        #expect(server.token != old)
        #expect(try status(server, old) == 401)
        #expect(try status(server, server.token) == 200)
        // Until the stream has ended.
        try follower.bounded {
            _ = heard.fileHandleForReading.readDataToEndOfFile()
            follower.waitUntilExit()
        }
        #expect(try server.curl("/runs/\(id)").json["state"] as? String != "finished")
        #expect(server.terminate() == 0)
    }

    @Test func `what came with the old token and was not answered yet never is`() throws {
        let server = try RunningServer(in: directory)
        let id = try #require(try server.post(#"{"command": ["sleep", "600"]}"#).json["id"] as? String)
        let body = #"{"command": ["true"]}"#
        // A body that ends after the rotation, and somebody who waits.
        let script = #"""
            head() { printf '%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n' "$1" $token; }
            exec 3<>/dev/tcp/127.0.0.1/$port 4<>/dev/tcp/127.0.0.1/$port
            head 'POST /runs' >&3
            printf 'Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' ${#body} ${body:0:3} >&3
            head "GET /runs/$id?wait=600s" >&4
            printf '\r\n' >&4
            # Answered behind what came before.
            curl -sf http://127.0.0.1:$port/healthz && $ergometer token rotate --data-dir data >/dev/null || exit 1
            trap '' PIPE
            printf '%s' "${body:3}" >&3
            timeout 20 cat <&3
            timeout 20 cat <&4
            echo "nothing more"
            """#
        let told = try Tool.run(
            "bash", ["-c", script],
            environment: [
                "ergometer": Tool.built("ergometer"), "port": "\(server.port)", "token": server.token, "id": id,
                "body": body,
            ], directory: directory.path)
        #expect(told.output == "ok\nnothing more\n", "\(told.output)\(told.errors)")
        #expect((try server.curl("/runs").json["runs"] as? [Any])?.count == 1)
    }

    @Test func `under nohup, too, a token can be rotated`() throws {
        let server = try RunningServer(in: directory, wrapper: ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"])
        let old = server.token
        #expect(try token("rotate").status == 0)
        #expect(try status(server, old) == 401)
        #expect(try status(server, server.token) == 200)
    }

    @Test func `rotation that the server cannot follow is told as a failure`() throws {
        let server = try RunningServer(in: directory, options: ["--viewer-token"])
        let old = server.token
        try "short".write(toFile: "\(directory.path)/data/viewer-token", atomically: false, encoding: .utf8)
        let rotation = try token("rotate")
        #expect(rotation.status == 1)
        #expect(rotation.errors.contains("the old token still opens the server (pid \(server.pid))"))
        #expect(try status(server, old) == 200)
        let other = try token("rotate", "--metrics")
        #expect(other.status == 0 && other.errors.contains("was not started to take this token"))
    }

    @Test func `whoever holds the directory and cannot be found may still take the old token`() throws {
        try FileManager.default.createDirectory(atPath: "\(directory.path)/data", withIntermediateDirectories: true)
        let lock = open("\(directory.path)/data/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(flock(lock, LOCK_EX) == 0)
        let rotation = try token("rotate")
        #expect(rotation.status == 1)
        #expect(rotation.errors.contains("the old token still opens the server that holds the directory"))
        close(lock)
        #expect(try token("rotate").status == 0)
    }

    @Test(
        .enabled(if: getuid() == 0, "only root can make files of others"),
        .enabled(if: Tool.find("flock") != nil, "flock is not installed"))
    func `the owner of a directory does not choose whom root sends a signal`() throws {
        let (data, lock) = ("\(directory.path)/data", "\(directory.path)/data/lock")
        mkdir(data, 0o700)
        try Data().write(to: URL(fileURLWithPath: lock))
        let victim = Process()
        victim.executableURL = URL(fileURLWithPath: Tool.find("flock") ?? "flock")
        victim.arguments = ["--no-fork", lock, "sleep", "600"]
        try victim.runWithAllSignals()
        defer { victim.terminate() }
        try waitUntil { DataDirectoryLock.isHeld(in: data, by: victim.processIdentifier) }
        chown(lock, 65534, 65534)
        try "\(victim.processIdentifier)\nnone\nowner=x\n".write(
            toFile: "\(data)/server", atomically: false, encoding: .utf8)
        #expect(try token("rotate").status == 1)
        #expect(victim.isRunning)
    }

    @Test func `SIGHUP with a token that cannot be used leaves the old one good, and says so`() throws {
        let server = try RunningServer(in: directory)
        let good = server.token
        try "short".write(toFile: "\(directory.path)/data/token", atomically: false, encoding: .utf8)
        Glibc.kill(server.pid, SIGHUP)
        try waitUntil { server.log.contains("the tokens are what they were") }
        #expect(try status(server, good) == 200)
    }

    @Test func `viewers look, scrapers scrape, and each has a token of its own`() throws {
        let server = try RunningServer(in: directory, options: ["--viewer-token", "--metrics-token"])
        func read(_ name: String) throws -> String {
            let path = "\(directory.path)/data/\(name)"
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
        }
        let (viewer, scraper) = (try read("viewer-token"), try read("metrics-token"))
        #expect(try server.curl("/metrics", authorized: false).status == 401)
        #expect(try status(server, scraper, "/metrics") == 200)
        #expect(try status(server, scraper) == 403)
        #expect(try status(server, viewer) == 200)
        let run = ["--json", #"{"command": ["true"]}"#, "--header", "Authorization: Bearer \(viewer)"]
        #expect(try server.curl("/runs", run, authorized: false).status == 403)
        #expect(try token("rotate", "--viewer").status == 0)
        #expect(try status(server, viewer) == 401)
        #expect(try status(server, try read("viewer-token")) == 200)
        #expect(try status(server, server.token) == 200)
    }
}
