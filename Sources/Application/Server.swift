import API
import Execution
import Glibc
import HTTPServer
import LinuxSystem
import Logging
import Runs
import Sampling
import Storage
import Synchronization

/// All that `ergometer serve` is made of.
struct Server {
    private let database: RunDatabase
    private let cgroups: CgroupHierarchy?
    private let measuring: MeasuringEngine
    private let api: ErgometerAPI
    private let http: HTTPServer
    private let queued: [Run]
    private let directory: String
    private let doorkeeper: Doorkeeper
    private let plan: ListenPlan
    private let logger: Logger
    /// Whether requests are let in.
    private let gate = Gate()

    /// How long a run waits for descriptors, processes or memory before it counts as failed.
    private static let launchPatience = Duration.seconds(30)

    init(_ options: ServeCommand, inherited: InheritedLimits) throws {
        let logger = Logger(label: "ergometer") { StreamLogHandler.standardError(label: $0) }
        let directory = options.dataDir ?? DataDirectoryPath.standard()
        self.directory = directory
        self.logger = logger
        // What cannot be had is said before anything is changed.
        plan = try ListenPlan(options)
        try plan.certificateFiles?.load().use()
        var configuration = RunEngineConfiguration(policy: try options.launchPolicy(inherited, hiding: directory))
        // Beside what follows: the kernel takes its time to clear namespaces away.
        let trial = try NamedThread(name: "namespaces") { _ = SandboxMode.namespaceObstacle }
        defer { trial.join() }
        database = try RunDatabase(
            directory: directory,
            retention: RetentionPolicy(age: options.retentionTime, bytes: options.retentionSize?.count))
        doorkeeper = try Doorkeeper(options, plan, directory: directory, logger: logger)
        // First what lives on unmeasured, then the books: whoever kills us in between finds them unchanged.
        let unfinished = try database.unfinishedRuns()
        let ended = RunRemains.end(of: unfinished.runs, unreadable: unfinished.unreadable.compactMap { RunID($0.id) })
        let cgroups = CgroupHierarchy.forThisProcess()
        self.cgroups = cgroups
        // Before there is somebody who waits for every child.
        trial.join()
        if options.sandbox != .none, SandboxMode.obstacle == nil, let obstacle = SandboxMode.namespaceObstacle {
            logger.notice("sandboxes have no /tmp of their own: \(obstacle)")
        }
        do {
            let output = OutputDirectory(path: "\(directory)/output")
            queued = try Self.takeOver(database, output, ended: ended, logger)
            Self.settle(in: cgroups, logger)
            configuration.maximumConcurrentRuns = options.maxConcurrentRuns
            configuration.maximumQueuedRuns = options.maxQueuedRuns
            configuration.cgroups = cgroups
            configuration.maximumNamesInMetrics = options.metricRunNames
            configuration.output = output
            configuration.launchPatience = Self.launchPatience
            configuration.lastID = try database.lastID()
            measuring = try MeasuringEngine(
                sysfsRoot: options.sysfsRoot, isLongLived: true, configuration: configuration, store: database,
                logger: logger)
        } catch {
            cgroups?.remove()
            throw error
        }
        for sentence in measuring.inventory.sentences { logger.notice("\(sentence)") }

        let http = plan.configuration
        let api = Self.makeAPI(measuring, database, http)
        self.api = api
        self.http = HTTPServer(
            configuration: http, routes: api.routes,
            admit: { [gate, doorkeeper] in gate.refusal ?? doorkeeper.policy.admit(&$0) },
            observe: { api.observe($0) },
            report: { error, request in logger.error("\(request.method.rawValue) \(request.path): \(error)") })
    }

    /// Brings the books of an earlier server to their end.
    ///
    /// - Returns: the runs that still wait.
    private static func takeOver(
        _ database: RunDatabase, _ output: OutputDirectory, ended: [RunID: [Int32]], _ logger: Logger
    ) throws -> [Run] {
        let recovery = try database.recover(ended: ended, outputs: output)
        if !recovery.interrupted.isEmpty {
            logger.warning("\(recovery.interrupted.count) runs were interrupted when the server ended before")
        }
        for run in recovery.unreadable {
            let pids = RunID(run.id).flatMap { ended[$0] } ?? []
            let killed =
                pids.isEmpty ? "" : " (its processes were ended: \(pids.map(String.init).joined(separator: ", ")))"
            logger.error("not taken over, and left as it is\(killed): \(run.reason)")
        }
        let strays = try output.sweep(findUnknown: database.unknown)
        if strays > 0 {
            logger.notice(
                "the output of \(strays) deleted \(strays == 1 ? "run" : "runs") was still there, and is gone now")
        }
        return recovery.queued
    }

    private static func settle(in cgroups: CgroupHierarchy?, _ logger: Logger) {
        guard let cgroups else {
            logger.notice("no writable cgroup v2: descendants of runs are found through /proc")
            return
        }
        if let obstacle = cgroups.moveIntoLeaf() {
            logger.notice("\(obstacle): limits of runs hold by other means")
        }
        cgroups.enableAccounting()
    }

    private static func makeAPI(
        _ measuring: MeasuringEngine, _ database: RunDatabase, _ http: HTTPServerConfiguration
    ) -> ErgometerAPI {
        ErgometerAPI(
            engine: measuring.engine, database: database, sampler: measuring.sampler,
            backends: [
                BackendStatus(name: "perf_event", isUp: measuring.perfEvents.isAvailable),
                BackendStatus(name: "rapl", isUp: !measuring.inventory.available.isEmpty),
            ], limits: ClientLimits(connections: http.connectionLimit), isSecure: http.isSecure,
            capabilities: {
                CapabilitySurvey(
                    inventory: measuring.inventory, perfEvents: measuring.perfEvents,
                    samplingPolicy: measuring.sampler.status.policy, stillColumns: measuring.sampler.stillColumns,
                    busyTimeSource: measuring.sampler.machineLayout.busyTimeSource,
                    idlePowers: measuring.engine.idlePowers
                ).capabilities
            })
    }

    func start() throws {
        do {
            // Nothing is launched by a server that cannot be reached; nothing is accepted by one that does not measure.
            try http.start()
            try measuring.start(resuming: queued)
            gate.open()
            putNotice()
        } catch {
            try stop()
            throw error
        }
    }

    /// Takes up what has changed on disk: the tokens and the certificate.
    func reload() {
        do {
            try plan.certificateFiles?.load().use()
        } catch {
            logger.error("the certificate is what it was: \(error)")
        }
        if doorkeeper.takesOtherTokens() {
            http.dropConnections()
            api.dismissClients()
        }
        putNotice()
    }

    private func putNotice() {
        ServerNotice.put(url: url, fingerprints: doorkeeper.fingerprints, in: directory)
    }

    /// Makes ``stop()`` faster, from another thread: running commands are killed.
    func hurry() {
        measuring.engine.hurry()
    }

    /// Commands first, so that those who wait for them are answered; then the clients.
    func stop() throws {
        measuring.stop()
        http.stop()
        cgroups?.remove()
        ServerNotice.remove(from: directory)
        try database.close()
    }

    /// Nil without a network address.
    var url: String? {
        plan.network.map {
            "\(plan.certificateFiles == nil ? "http" : "https")://\(HTTPListenAddress(host: $0.host, port: http.port ?? $0.port)!)"
        }
    }

    /// Where it can be reached.
    var place: String {
        [url, plan.unixSocket.map { "the Unix socket \($0)" }].compactMap { $0 }.joined(separator: " and ")
    }

    /// What a person at the terminal wants to know, with lines that work when pasted.
    var greeting: String {
        """
        ergometer \(ErgometerAPI.version) listens on \(place)

        Measure a command:
          curl --json '{"command": ["sleep", "1"]}' \(pastedOptions)

        \(signIn)
        """
    }

    private var pastedOptions: String {
        if let path = plan.unixSocket { return "--unix-socket \(shellQuoted(path)) http://localhost/runs" }
        return "-H \"Authorization: Bearer $(cat \(shellQuoted(doorkeeper.tokenPath)))\" \(url ?? "")/runs"
    }

    /// The link itself is for the eyes of whoever sits there: a log of this output must not hold the token.
    private var signIn: String {
        guard let url else { return "In a browser: not through a Unix socket" }
        let link = isatty(STDOUT_FILENO) == 1 ? doorkeeper.signInLink(at: url) : nil
        return "In a browser: \(link ?? "open the link that `ergometer token` prints")"
    }
}

/// Keeps requests out until the runs of an earlier server have been taken over.
private final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() {
        isOpen.store(true, ordering: .releasing)
    }

    var refusal: HTTPResponse? {
        guard !isOpen.load(ordering: .acquiring) else { return nil }
        return HTTPProblem(.serviceUnavailable, detail: "The server starts.", headers: ["Retry-After": "1"]).response
    }
}

/// A path as one word of a shell.
private func shellQuoted(_ path: String) -> String {
    let plain = path.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII && (character.isLetter || character.isNumber || "/._-".contains(character))
    }
    return plain ? path : "'\(path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
}
