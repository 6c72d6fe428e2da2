import Execution
import Glibc
import SystemPackage

/// The program that has all commands; this one, which has `exec` alone, becomes it for everything else (decision 0024).
enum CompleteProgram {
    private static let name = "ergometerd"

    /// Process, arguments, environment, descriptors and signals stay what they are: nothing has been done yet.
    static func become() -> Never {
        let obstacles = places.map { path in
            path.withPlatformString { _ = execv($0, CommandLine.unsafeArgv) }
            return "\(path): \(Errno(rawValue: errno))"
        }
        let reason = obstacles.isEmpty ? "/proc/self/exe cannot be read" : obstacles.joined(separator: "; ")
        StandardStream.error.write(
            """
            Error: everything but exec is done by \(name), which cannot be executed (\(reason)); install both from one \
            package, or build both with make release

            """)
        exit(CommandLine.arguments.dropFirst().first == "exec" ? ExecRequest.ownFailure : EXIT_FAILURE)
    }

    /// Beside this program, as a build has it, or where packages put what nobody calls by its name.
    private static var places: [FilePath] {
        guard let own = realpath("/proc/self/exe", nil) else { return [] }
        defer { free(own) }
        let directory = FilePath(platformString: own).removingLastComponent()
        return [
            directory.appending(name),
            directory.removingLastComponent().appending("libexec/ergometer").appending(name),
        ]
    }
}
