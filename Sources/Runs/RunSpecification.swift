/// What a client asks for: a command and how to measure it. Validated as a whole before it becomes a run.
package struct RunSpecification: Sendable, Codable, Hashable {
    package var command: Command
    /// For people; need not be unique.
    package var name: String?
    /// For programs: free keys and values to find runs by.
    package var labels: [String: String]
    /// Added to (and over) a minimal environment; the server's own never reaches the command.
    package var environment: [String: String]
    /// Absolute. The server's data directory's parent is never assumed: `/` when nothing is said.
    package var workingDirectory: String?
    /// What the command reads, up to its end; nil for nothing at all.
    package var stdin: String?
    /// Names as the client wrote them; nil for the default set.
    package var events: [String]?
    /// Nanoseconds between two samples.
    package var interval: Duration
    /// How long the command may run before it is ended; nil for ever.
    package var timeout: Duration?
    /// Between SIGTERM and SIGKILL.
    package var killGrace: Duration
    /// How long the machine is watched before the command is launched, to learn its idle power; nil for not at all.
    package var baseline: Duration?
    /// What it may use.
    package var limits = RunLimits()
    /// What is to be kept from it; nil for as much as the server says.
    package var sandbox: SandboxMode?

    package static let maximumLabels = 64
    package static let intervalRange = Duration.microseconds(100)...Duration.seconds(3600)
    package static let baselineRange = Duration.milliseconds(100)...Duration.seconds(600)
    package static let defaultInterval = Duration.milliseconds(100)
    package static let defaultKillGrace = Duration.seconds(5)

    package init(
        command: Command, name: String? = nil, labels: [String: String] = [:], environment: [String: String] = [:],
        workingDirectory: String? = nil, stdin: String? = nil, events: [String]? = nil,
        interval: Duration = defaultInterval, timeout: Duration? = nil, killGrace: Duration = defaultKillGrace,
        baseline: Duration? = nil, limits: RunLimits = RunLimits(),
        sandbox: SandboxMode? = nil
    ) {
        self.command = command
        self.name = name
        self.labels = labels
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.stdin = stdin
        self.events = events
        self.interval = interval
        self.timeout = timeout
        self.killGrace = killGrace
        self.baseline = baseline
        self.limits = limits
        self.sandbox = sandbox
    }

    package enum Command: Sendable, Codable, Hashable {
        /// Executed as it is: the first element is the program.
        case arguments([String])
        /// Handed to `/bin/sh -c`.
        case shell(String)

        /// What `execve` gets.
        package var arguments: [String] {
            switch self {
            case .arguments(let arguments): arguments
            case .shell(let line): ["/bin/sh", "-c", line]
            }
        }
    }
}
