import API
import ArgumentParser
import CLinux
import Execution
import Glibc
import HTTPServer
import LinuxSystem
import Logging
import Runs
import Sampling
import Storage
import SystemPackage

/// `ergometer serve`: measures what clients send, until it is told to stop.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Take commands over HTTP and measure them.", usage: "ergometer serve [options]",
        discussion: """
            Each option can also stand in the environment (ERGOMETER_LISTEN for --listen) or, as a line \
            "listen = 127.0.0.1:9797", in the file of --config. The command line counts most, the file least.
            """)

    @Option(help: "Address and port to listen on; port 0 lets the system choose, \"none\" is for a Unix socket alone.")
    var listen = "127.0.0.1:9797"

    @Option(help: "A path for a Unix socket, through which you and root come in without a token.")
    var unixSocket: String?

    @Option(
        help: "Where runs are kept. Default: $STATE_DIRECTORY, $XDG_STATE_HOME/ergometer or ~/.local/state/ergometer.")
    var dataDir: String?

    @Option(help: "Where sensors are looked for: /sys, or a captured or simulated machine.", transform: sysfsDirectory)
    var sysfsRoot = "/sys"

    @Option(help: "Commands that run at a time. More than one disturb each other's measurements.")
    var maxConcurrentRuns = 1

    @Option(help: "Runs that may wait; more are refused with 503.")
    var maxQueuedRuns = 1000

    @Option(
        help: "Delete runs that ended longer ago, such as 12h or 30d. Default: none is deleted.",
        transform: ServeCommand.retentionTime)
    var retentionTime: Duration?

    @Option(
        help: "Delete the oldest finished runs when all take more room, such as 500MB or 10GB. Default: none.",
        transform: ServeCommand.retentionSize)
    var retentionSize: ByteCount?

    @Option(help: "A file with the server's certificate and its chain (PEM): the network speaks TLS.")
    var tlsCert: String?

    @Option(help: "A file with the key of that certificate (PEM), which others cannot read.")
    var tlsKey: String?

    @Option(help: "A user whom commands run as, by name or number. Takes CAP_SETUID, CAP_SETGID and CAP_KILL.")
    var runUser: String?

    @Option(
        help:
            "What is kept from each command: \"none\", or \"readonly\" for Landlock and namespaces; a run may ask for more."
    )
    var sandbox = SandboxMode.none

    @Option(
        help:
            "A program that may be run; others are refused, and commands that are strings unless /bin/sh is one. May be repeated."
    )
    var allowCommand: [String] = []

    @Option(help: "A name, besides localhost, under which clients reach the server. May be repeated.")
    var allowedHost: [String] = []

    @Flag(help: "Listen beyond loopback without TLS: the token travels in the clear.")
    var insecureRemote = false

    @Flag(help: "Let viewers in with the token in the file viewer-token: they see measurements and run nothing.")
    var viewerToken = false

    @Flag(help: "Show /metrics only with the token in the file metrics-token, or another one.")
    var metricsToken = false

    @Option(
        help: ArgumentHelp(
            "Names of runs that become a label of /metrics; what exceeds them is \"other\".",
            discussion: "Names are what clients choose: /metrics then shows them to whoever may scrape it."))
    var metricRunNames = 0

    @Option(help: "A file with a line \"option = value\" for each option that is not to be as preset.")
    var config: String?

    func validate() throws {
        guard NamedRunStatistics.limits.contains(metricRunNames) else {
            throw ValidationError("--metric-run-names must be between 0 and 1000")
        }
        guard (1...1000).contains(maxConcurrentRuns) else {
            throw ValidationError("--max-concurrent-runs must be between 1 and 1000")
        }
        guard (1...100_000).contains(maxQueuedRuns) else {
            throw ValidationError("--max-queued-runs must be between 1 and 100000")
        }
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key go together")
        }
        guard listen != "none" || unixSocket != nil else {
            throw ValidationError("--listen none needs --unix-socket: nobody could reach the server")
        }
        guard listen == "none" || listenAddress != nil else {
            throw ValidationError("--listen must be an address and a port, such as 127.0.0.1:9797 or [::1]:9797")
        }
        if let listenAddress { try refuseIfRemote(listenAddress) }
    }

    /// Nil without TLS.
    var certificateFiles: CertificateFiles? {
        tlsCert.flatMap { chain in tlsKey.map { CertificateFiles(chain: chain, key: $0) } }
    }

    /// Nil for none.
    var listenAddress: HTTPListenAddress? { HTTPListenAddress(listen) }

    /// - Throws: when other machines can reach the address and nobody has agreed to that.
    func refuseIfRemote(_ address: HTTPListenAddress) throws {
        guard address.isLoopback || certificateFiles != nil || insecureRemote else {
            throw ValidationError(
                "\(address) can be reached from other machines: give --tls-cert and --tls-key, put a proxy with TLS "
                    + "before a loopback address, or say --insecure-remote")
        }
    }

    func run() throws {
        umask(0o077)
        ergo_close_own_memory()
        // While there is one thread: others inherit it.
        guard ergo_leave_keyring() == 0 else {
            throw UserFacingError("cannot leave the session keyring: \(Errno(rawValue: errno)); see /proc/key-users")
        }
        OpenFileLimit.raise()
        let server = try Server(self, inherited: .atStart)
        try server.start()
        ServiceManager.tell("READY=1\nSTATUS=listens on \(server.place)")
        StandardStream.output.write("\(server.greeting)\n")
        while HandledSignals.wait(for: [SIGHUP, SIGINT, SIGTERM]) == SIGHUP { server.reload() }
        ServiceManager.tell("STOPPING=1")
        // Whoever asks twice does not want to wait.
        try NamedThread(name: "signals") {
            while true {
                _ = HandledSignals.wait(for: [SIGINT, SIGTERM])
                server.hurry()
            }
        }.detach()
        try server.stop()
    }
}

extension ServeCommand {
    private static func retentionTime(_ text: String) throws -> Duration {
        guard let age = DurationText.parse(text), age > .zero else {
            throw ValidationError(DurationText.expectation)
        }
        return age
    }

    private static func retentionSize(_ text: String) throws -> ByteCount {
        guard let size = ByteCount(text) else { throw ValidationError(ByteCount.expectation) }
        guard size.count >= RetentionPolicy.minimumBytes else { throw ValidationError("must be 32MB at least") }
        return size
    }
}

extension SandboxMode: ExpressibleByArgument {}

extension HTTPListenAddress {
    var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }
}
