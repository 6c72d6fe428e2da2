import API
import ArgumentParser
import Execution
import Glibc

/// The program: finds the command that was asked for and carries it out.
package enum Ergometer {
    /// Never returns. Exit codes: those of the command, see ``ExecRequest``.
    package static func run() -> Never {
        let subcommand = CommandLine.arguments.dropFirst().first
        let isExec = subcommand == ExecCommand.configuration.commandName
        let isServe = subcommand == ServeCommand.configuration.commandName
        OwnProcess.begin(
            handling: isExec ? HandledSignals.forwarded : [], wanted: isServe ? HandledSignals.reload : [])
        var arguments: ServeArguments?
        do {
            if isServe {
                arguments = try ServeArguments(Array(CommandLine.arguments.dropFirst()), environment: .ofThisProcess)
            }
            var command = try RootCommand.parseAsRoot(arguments?.words)
            try command.run()
            exit(0)
        } catch {
            let code = RootCommand.exitCode(for: error).rawValue
            let message = RootCommand.fullMessage(for: error)
            let origins = code == 0 ? "" : arguments?.origins(in: RootCommand.message(for: error)) ?? ""
            if !message.isEmpty { (code == 0 ? StandardStream.output : .error).write("\(message)\(origins)\n") }
            // Everything below 125 belongs to the command that `exec` was to run.
            exit(isExec && code != 0 && !(error is ExitCode) ? ExecRequest.ownFailure : code)
        }
    }
}

struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ergometer",
        abstract: "Runs a command and tells what it cost: joules, cycles, cache misses, page faults, seconds.",
        version: ErgometerAPI.version,
        subcommands: [
            ServeCommand.self, ExecCommand.self, EventsCommand.self, DoctorCommand.self, TokenCommand.self,
            ReferenceCommand.self,
        ])
}
