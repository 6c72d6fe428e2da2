import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// Turns a specification into a process.
struct CommandLauncher: Sendable {
    let policy: LaunchPolicy

    /// Starts the command as a child of the calling thread and returns once it has been executed.
    ///
    /// - Parameter cgroup: the directory to be born in.
    /// - Throws: ``LaunchError`` with the failed step and its errno; no process is left then.
    func launch(_ specification: RunSpecification, cgroup: Int32?) throws -> ChildProcess {
        let arguments = specification.command.arguments
        let environment = policy.environment.merging(specification.environment) { _, own in own }
        let directory = specification.workingDirectory ?? policy.workingDirectory
        let null = try nullStream()
        let answer = withCStrings(arguments) { arguments in
            withCStrings(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { environment in
                withCStrings(candidates(for: specification, path: environmentPath(specification))) { candidates in
                    withOptionalCString(directory) { directory in
                        var launch = request(standardStreams: null.rawValue)
                        launch.cgroup = cgroup ?? -1
                        launch.arguments = UnsafePointer(arguments)
                        launch.environment = UnsafePointer(environment)
                        launch.working_directory = directory
                        return candidates.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 1) {
                            launch.candidates = UnsafePointer($0)
                            return ergo_launch_command(&launch)
                        }
                    }
                }
            }
        }
        guard answer.step == ERGO_LAUNCH_OK.rawValue else {
            throw LaunchError(
                step: answer.step, error: answer.error, program: arguments[0], workingDirectory: directory)
        }
        return ChildProcess(pid: answer.pid, pidfd: OwnedDescriptor(answer.pidfd))
    }

    /// What a command that nobody talks to reads and writes; -1 for one that keeps our terminal.
    private func nullStream() throws(Errno) -> OwnedDescriptor {
        if policy.keepsStandardStreams { return OwnedDescriptor(-1) }
        return try OwnedDescriptor(checking: open("/dev/null", O_RDWR | O_CLOEXEC))
    }

    private func request(standardStreams stream: Int32) -> ergo_launch {
        var launch = ergo_launch()
        launch.standard_streams = (stream, stream, stream)
        launch.reset_signal_actions = policy.isIsolated
        launch.new_session = policy.isIsolated
        launch.no_new_privileges = policy.isIsolated
        launch.file_mode_mask = policy.inherited.fileModeMask
        launch.open_files_soft = policy.inherited.openFilesSoft
        launch.open_files_hard = policy.inherited.openFilesHard
        return launch
    }

    private func environmentPath(_ specification: RunSpecification) -> String {
        specification.environment["PATH"] ?? policy.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// Where the program may be, as execvp(3) looks for it: a name with a slash is a path, others are searched for.
    private func candidates(for specification: RunSpecification, path: String) -> [String] {
        let program = specification.command.arguments[0]
        if program.utf8.contains(UInt8(ascii: "/")) { return [program] }
        return path.split(separator: ":", omittingEmptySubsequences: false).map { directory in
            directory.isEmpty ? program : "\(directory)/\(program)"
        }
    }
}

/// Calls `body` with a C array of C strings, NULL at its end.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}

private func withOptionalCString<Result>(_ string: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let string else { return body(nil) }
    return string.withCString(body)
}
