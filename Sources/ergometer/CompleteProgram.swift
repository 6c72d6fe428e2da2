import Execution
import Glibc
import SystemPackage

/// The program that has all commands; this one, which has `exec` alone, becomes it for everything else (decision 0024).
enum CompleteProgram {
    private static let name = "ergometerd"

    /// Process, arguments, environment, descriptors and signals stay what they are: nothing has been done yet.
    static func become() -> Never {
        let obstacles = places.map { path in
            let error = path.withPlatformString { name in
                guard isTrusted(name) else { return EPERM }
                execv(name, CommandLine.unsafeArgv)
                return errno
            }
            return "\(path): \(Errno(rawValue: error))"
        }
        let reason = obstacles.isEmpty ? "/proc/self/exe cannot be read" : obstacles.joined(separator: "; ")
        StandardStream.error.write(
            """
            Error: this command line is for \(name), which cannot be executed (\(reason)); install both from one \
            package, or build both with make release

            """)
        exit(CommandLine.arguments.dropFirst().first == "exec" ? ExecRequest.ownFailure : EXIT_FAILURE)
    }

    /// Whether it is nobody else's: in a directory where everybody may write, another user could have put it there.
    /// One that is missing is, so that it is told what is missing.
    private static func isTrusted(_ name: UnsafePointer<CChar>) -> Bool {
        var (own, other) = (stat(), stat())
        guard stat(name, &other) == 0 else { return true }
        return other.st_uid == 0 || other.st_uid == geteuid()
            || (stat("/proc/self/exe", &own) == 0 && own.st_uid == other.st_uid)
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
