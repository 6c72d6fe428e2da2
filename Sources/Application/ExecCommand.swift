import API
import ArgumentParser
import Exposition
import Glibc
import LinuxSystem
import Logging
import Measurement
import Runs
import Sampling

/// `ergometer exec`: measures one command in a terminal, as if it had been started without us.
struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a command, write its measurements, and exit with its exit code.",
        usage: "ergometer exec [options] command ...",
        discussion: """
            Exit codes: the command's own; 128 + n when signal n ended it; 124 after --timeout; 125 when ergometer \
            itself failed; 126 when the command cannot be executed, 127 when it is not found.
            """)

    /// The exit code of everything that goes wrong before the command runs.
    static let ownFailure: Int32 = 125

    @Option(help: "Where the measurements go; - is standard output.")
    var output = "ergometer-output.csv"

    @Option(
        help: "Events to count, with commas between them (`ergometer events`). Default: what there is of a common set.")
    var events: String?

    @Option(help: "Time between two samples.", transform: duration)
    var interval = RunSpecification.defaultInterval

    @Option(help: "End the command after this time.", transform: duration)
    var timeout: Duration?

    @Option(
        help: "Watch the machine for so long before the command starts, to learn its idle power.", transform: duration)
    var baseline: Duration?

    @Option(help: "Whether a metric's name ends in its unit: symbol or none.")
    var units = MeasurementOptions.UnitSuffix.symbol

    @Option(help: "What a row holds: the change since the row before, or cumulative.")
    var values = MeasurementOptions.ValueMode.change

    @Option(help: "semicolon or comma.")
    var separator = MeasurementOptions.Separator.semicolon

    @Option(help: "Where sensors are looked for: /sys, or a captured or simulated machine.", transform: sysfsDirectory)
    var sysfsRoot = "/sys"

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.")
    var command: [String]

    func run() throws {
        let specification = try specification()
        let file = try MeasurementsFile(
            path: output, options: MeasurementOptions(units: units, values: values, separator: separator))
        let policy = LaunchPolicy.transparent(
            .atStart, commandLine: .ofThisProcess(last: specification.command.arguments.count))
        var configuration = RunEngineConfiguration(policy: policy)
        configuration.keepsSums = false
        let measuring = try MeasuringEngine(
            sysfsRoot: sysfsRoot, isLongLived: false, configuration: configuration, store: file,
            logger: Logger(label: "ergometer") { StreamLogHandler.standardError(label: $0) })
        let run = try TerminalRun(measuring: measuring, specification: specification).finish(in: file)
        StandardStream.error.write(RunReport(run, output: output).text)
        throw ExitCode(Self.exitCode(for: run.outcome))
    }

    private func specification() throws -> RunSpecification {
        let arguments = command.first == "--" ? Array(command.dropFirst()) : command
        guard let program = arguments.first, !program.hasPrefix("-") else {
            throw Self.refusal(of: arguments.first)
        }
        let specification = RunSpecification(
            command: .arguments(arguments), events: events.map(EventListText.split), interval: interval,
            timeout: timeout, baseline: baseline)
        if let fault = specification.faults.first {
            throw ApplicationError("\(fault.pointer.dropFirst()) \(fault.message)")
        }
        return specification
    }

    /// Whatever comes first and is no option of ours arrives as the command.
    private static func refusal(of word: String?) -> any Error {
        switch word {
        case "-h", "--help": CleanExit.helpRequest(ExecCommand.self)
        case "--version": CleanExit.message(ErgometerAPI.version)
        case let option?: ApplicationError("unknown option \(option); a command comes behind the options")
        case nil: ApplicationError("exec needs a command: ergometer exec sleep 1")
        }
    }

    /// What the shell learns, as it would without us.
    static func exitCode(for outcome: Outcome?) -> Int32 {
        switch outcome {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        case .timedOut: 124
        case .cancelled: 128 + SIGTERM
        case .launchFailed(ENOENT, _), .launchFailed(ENOTDIR, _): 127
        case .launchFailed(.some, _): 126
        case .launchFailed(nil, _), .interrupted, nil: ownFailure
        }
    }
}

private func duration(_ text: String) throws -> Duration {
    guard let duration = DurationText.parse(text) else { throw ValidationError(DurationText.expectation) }
    return duration
}

extension MeasurementOptions.UnitSuffix: ExpressibleByArgument {}
extension MeasurementOptions.ValueMode: ExpressibleByArgument {}
extension MeasurementOptions.Separator: ExpressibleByArgument {}
