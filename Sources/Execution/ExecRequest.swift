import Exposition
import Glibc
import Logging
import Runs

/// What `ergometer exec` is asked to do.
package struct ExecRequest: Equatable {
    /// Where the measurements go; `-` is standard output.
    package var output = "ergometer-output.csv"
    package var events: String?
    package var interval = RunSpecification.defaultInterval
    package var timeout: Duration?
    package var baseline: Duration?
    package var options = MeasurementOptions()
    package var sysfsRoot = "/sys"
    /// The last words of this process's own command line.
    package var command: [String] = []

    package init() {}

    /// The exit code of everything that goes wrong before the command runs.
    package static let ownFailure: Int32 = 125

    /// Measures the command, as if it had been started without us.
    ///
    /// - Returns: the exit code of this process.
    package func carryOut() throws -> Int32 {
        let specification = RunSpecification(
            command: .arguments(command), events: events.map(EventListText.split), interval: interval,
            timeout: timeout, baseline: baseline)
        if let fault = specification.faults.first {
            throw UserFacingError("\(fault.pointer.dropFirst()) \(fault.message)")
        }
        let file = try MeasurementsFile(path: output, options: options)
        var configuration = RunEngineConfiguration(
            policy: .transparent(.atStart, commandLine: .ofThisProcess(last: command.count)))
        configuration.keepsSums = false
        let measuring = try MeasuringEngine(
            sysfsRoot: sysfsRoot, isLongLived: false, configuration: configuration, store: file,
            logger: Logger(label: "ergometer") { StreamLogHandler.standardError(label: $0) })
        let run = try TerminalRun(measuring: measuring, specification: specification).finish(in: file)
        StandardStream.error.write(RunReport(run, output: output).text)
        return Self.exitCode(for: run.outcome)
    }

    /// What the shell learns, as it would without us.
    private static func exitCode(for outcome: Outcome?) -> Int32 {
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
