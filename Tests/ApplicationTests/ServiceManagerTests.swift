import Foundation
import Glibc
import TestSupport
import Testing

/// What systemd hands to the server and is told by it, and the units that are delivered.
@Suite struct ServiceManagerTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// - Parameter script: for bash, in the directory of the test; `serve` is a server that starts.
    private func bash(_ script: String) throws -> Tool {
        try Tool.run(
            "bash", ["-c", script],
            environment: [
                "ergometer": Tool.built("ergometer"), "deploy": Repository.path("deploy"),
                "serve": "\(Tool.built("ergometer")) serve --listen 127.0.0.1:1 --data-dir data",
            ], directory: directory.path)
    }

    @Test(.enabled(if: Tool.find("systemd-socket-activate") != nil, "systemd-socket-activate is not installed"))
    func `a client that connects to the socket of a service manager starts the server`() throws {
        // An address where no other test listens.
        let address = "127.0.0.3:\(try freePort(of: "127.0.0.3"))"
        let tool = try bash(
            """
            coproc systemd-socket-activate -l \(address) --fdname=http $serve 2>&1
            pid=$COPROC_PID
            curl --silent --retry 100 --retry-delay 1 --retry-connrefused --retry-max-time 30 --max-time 30 \
                --header 'Host: localhost' http://\(address)/healthz
            while read -r -t 30 line <&${COPROC[0]} && [[ $line != *http* ]]; do :; done
            echo "$line"
            kill $pid
            wait $pid; echo "ended with $?"
            """)
        #expect(tool.output.contains("ok\n"))
        #expect(tool.output.contains("listens on http://\(address)\n"), "\(tool.output)")
        #expect(tool.output.contains("ended with 0"))
    }

    @Test func `what is handed on must be a listening socket, one of a kind`() throws {
        let file = try bash(
            "exec 3</dev/null; LISTEN_FDS=1 exec timeout --foreground 20 bash -c 'LISTEN_PID=$$ exec $serve'")
        #expect(file.status != 0)
        #expect(file.errors.contains("is no listening TCP or Unix socket"))
        let many = try bash("LISTEN_FDS=3 exec timeout --foreground 20 bash -c 'LISTEN_PID=$$ exec $serve'")
        #expect(many.errors.contains("hands on 3 sockets"))
    }

    @Test(.enabled(if: Tool.find("python3") != nil, "python3 is not installed"))
    func `a service manager is told when the server is ready and when it stops`() throws {
        let script = """
            import os, signal, socket, subprocess, sys
            place = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            place.settimeout(60)
            place.bind(sys.argv[1])
            name = sys.argv[1].replace("\\0", "@")
            command = [sys.argv[2], "serve", "--listen", "127.0.0.1:0", "--data-dir", "data"]
            server = subprocess.Popen(command, env=os.environ | {"NOTIFY_SOCKET": name}, stdout=subprocess.DEVNULL)
            try:
                print(place.recv(4096).decode())
                server.send_signal(signal.SIGTERM)
                print(place.recv(4096).decode())
                sys.exit(server.wait())
            finally:
                server.kill()
            """
        let tool = try Tool.run(
            "python3", ["-c", script, "\(directory.path)/notify", Tool.built("ergometer")], directory: directory.path)
        #expect(tool.status == 0, "\(tool.errors)")
        #expect(tool.output.hasPrefix("READY=1\nSTATUS=listens on http://127.0.0.1:"), "\(tool.output)")
        #expect(tool.output.hasSuffix("STOPPING=1\n"))
    }

    @Test(
        .enabled(
            if: Tool.find("systemd-sysusers") != nil && Tool.find("systemd-tmpfiles") != nil, "systemd is not installed"
        ),
        .enabled(if: getuid() == 0, "only root can give files away"))
    func `the user is made, and its group may read the energy counters`() throws {
        let tool = try bash(
            """
            set -e
            mkdir -p etc sys/class/powercap sys/devices/virtual/powercap/intel-rapl/intel-rapl:0
            ln -s ../../devices/virtual/powercap/intel-rapl/intel-rapl:0 sys/class/powercap/intel-rapl:0
            counter=sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj
            (umask 377 && echo 1 >$counter)
            systemd-sysusers --root=$PWD $deploy/systemd/ergometer.sysusers 2>/dev/null
            systemd-tmpfiles --root=$PWD --create $deploy/systemd/ergometer.tmpfiles
            cut -d: -f1,6 etc/passwd
            [ $(stat --format %g $counter) = $(sed -n 's/^ergometer:[^:]*:\\([0-9]*\\):.*/\\1/p' etc/group) ]
            stat --format %a $counter
            """)
        #expect(tool.status == 0)
        #expect(tool.output == "ergometer:/var/lib/ergometer\n440\n", "\(tool.output)\(tool.errors)")
    }

    @Test(.enabled(if: Tool.find("systemd-analyze") != nil, "systemd-analyze is not installed"))
    func `systemd understands the units, and their exposure is what the page says`() throws {
        let tool = try bash(
            """
            cp $deploy/systemd/ergometer.{service,socket} . && sed -i "s,/usr/bin/ergometer,$ergometer," ergometer.service
            systemd-analyze verify --man=no ./ergometer.service ./ergometer.socket 2>&1
            systemd-analyze security --offline=true --no-pager --threshold=60 ./ergometer.service >report || cat report
            mkdir ergometer.service.d && cp $deploy/systemd/hardened.conf ergometer.service.d/
            systemd-analyze verify --man=no ./ergometer.service 2>&1
            systemd-analyze security --offline=true --no-pager --threshold=25 ./ergometer.service >report || cat report
            """)
        #expect(tool.output == "", "\(tool.output)")
    }
}

/// A port of an address on which nobody listens just now.
func freePort(of host: String) throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr(host)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutableBytes(of: &address) { bytes in
        let pointer = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
        #expect(bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0)
        return bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self).bigEndian
    }
}

/// The files that are delivered with the sources.
enum Repository {
    static func path(_ relative: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../\(relative)")
            .standardized.path
    }
}
