import Execution
import Glibc
import Runs

extension ServeCommand {
    /// What all commands get, and what is kept from them.
    ///
    /// - Parameter directory: where the token and the runs of all lie.
    /// - Throws: when something of that cannot be had here: no command then runs with less.
    func launchPolicy(_ inherited: InheritedLimits, hiding directory: String) throws -> LaunchPolicy {
        var policy = LaunchPolicy.isolated(inherited)
        do {
            policy.user = try runUser.map { name throws(RunUserError) in try RunUser(name) }
        } catch {
            throw UserFacingError("--run-user: \(error)")
        }
        if sandbox != .none, let obstacle = SandboxMode.obstacle {
            throw UserFacingError("--sandbox \(sandbox.rawValue) cannot be had: \(obstacle)")
        }
        policy.sandbox = sandbox
        policy.hiddenDirectory = directory
        policy.allowedPrograms = allowCommand.isEmpty ? nil : Set(try allowCommand.map(Self.program))
        return policy
    }

    private static func program(_ path: String) throws -> String {
        var status = stat()
        guard path.utf8.first == UInt8(ascii: "/"), access(path, X_OK) == 0, stat(path, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG, let resolved = realpath(path, nil)
        else {
            throw UserFacingError("--allow-command \(path): give the absolute path of a program that can be executed")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
