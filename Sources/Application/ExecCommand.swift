import API
import ArgumentParser
import Execution
import Exposition
import Glibc
import Runs

/// `ergometer exec`, as it is defined. The small program reads what is plain of it by itself (``ExecRequest``).
struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a command, write its measurements, and exit with its exit code.",
        usage: "ergometer exec [options] command ...",
        discussion: """
            Exit codes: the command's own; 128 + n when signal n ended it; 124 after --timeout; 125 when ergometer \
            itself failed; 126 when the command cannot be executed, 127 when it is not found.
            """)

    @Option(help: "Where the measurements go; - is standard output.")
    var output = ExecRequest().output

    @Option(
        help: "Events to count, with commas between them (`ergometer events`). Default: what there is of a common set.")
    var events: String?

    @Option(help: "Time between two samples.", transform: duration)
    var interval = ExecRequest().interval

    @Option(help: "End the command after this time.", transform: duration)
    var timeout: Duration?

    @Option(
        help: "Watch the machine for so long before the command starts, to learn its idle power.", transform: duration)
    var baseline: Duration?

    @Option(help: "Whether a metric's name ends in its unit: symbol or none.")
    var units = ExecRequest().options.units

    @Option(help: "What a row holds: the change since the row before, or cumulative.")
    var values = ExecRequest().options.values

    @Option(help: "semicolon or comma.")
    var separator = ExecRequest().options.separator

    @Option(help: "Where sensors are looked for: /sys, or a captured or simulated machine.", transform: sysfsDirectory)
    var sysfsRoot = ExecRequest().sysfsRoot

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.")
    var command: [String]

    func run() throws {
        // As the small program does.
        _exit(try request().carryOut())
    }

    func request() throws -> ExecRequest {
        let words = command.first == "--" ? Array(command.dropFirst()) : command
        guard let program = words.first, !program.hasPrefix("-") else { throw Self.refusal(of: words.first) }
        var request = ExecRequest()
        request.output = output
        request.events = events
        request.interval = interval
        request.timeout = timeout
        request.baseline = baseline
        request.options = MeasurementOptions(units: units, values: values, separator: separator)
        request.sysfsRoot = sysfsRoot
        request.command = words
        return request
    }

    /// Whatever comes first and is no option of ours arrives as the command.
    private static func refusal(of word: String?) -> any Error {
        switch word {
        case "-h", "--help": CleanExit.helpRequest(ExecCommand.self)
        case "--version": CleanExit.message(ErgometerAPI.version)
        case let option?: UserFacingError("unknown option \(option); a command comes behind the options")
        case nil: UserFacingError("exec needs a command: ergometer exec sleep 1")
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
