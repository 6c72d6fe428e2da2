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
    func launch(
        _ specification: RunSpecification, cgroup: Int32?, streams: borrowing CommandStreams,
        limits: ProcessLimits = ProcessLimits()
    ) throws -> ChildProcess {
        let directory = specification.workingDirectory ?? policy.workingDirectory
        let line = policy.commandLine ?? commandLine(of: specification)
        let program = try policy.program(of: Self.candidates(for: line))
        let ruleset = try policy.ruleset(for: specification)
        let groups = policy.user?.groups ?? []
        let arguments = CStringArray(line.arguments)
        let environment = CStringArray(line.environment)
        let candidates = CStringArray(program)
        let workingDirectory = CStringArray(directory.map { [$0] } ?? [])

        var launch = request(limits)
        launch.standard_streams = (streams.input.rawValue, streams.output.rawValue, streams.errors.rawValue)
        launch.cgroup = cgroup ?? -1
        launch.arguments = arguments.address
        launch.environment = environment.address
        launch.candidates = candidates.constantAddress
        launch.working_directory = workingDirectory.first
        launch.private_namespaces = policy.hasNamespaces(for: specification)
        launch.ruleset = ruleset?.descriptor ?? -1
        if policy.user != nil { streams.openToOthers() }
        let answer = groups.withUnsafeBufferPointer { groups in
            launch.groups = groups.baseAddress
            return ergo_launch_command(&launch)
        }
        guard answer.step == ERGO_LAUNCH_OK.rawValue else {
            throw LaunchError(
                step: answer.step, error: answer.error, program: specification.command.arguments[0],
                workingDirectory: directory)
        }
        return ChildProcess(pid: answer.pid, pidfd: OwnedDescriptor(answer.pidfd))
    }

    /// Where a command reads and writes under this policy.
    ///
    /// - Parameter place: where its output is kept; nil to drop it.
    func makeStreams(
        for specification: RunSpecification, id: RunID? = nil, place: OutputPlace? = nil
    ) throws(Errno) -> CommandStreams {
        if policy.keepsStandardStreams { return CommandStreams() }
        guard let id, let place else { return try .droppingOutput(stdin: specification.stdin) }
        return try .keepingOutput(of: id, in: place, stdin: specification.stdin)
    }

    private func request(_ limits: ProcessLimits) -> ergo_launch {
        var launch = ergo_launch()
        launch.data_limit = limits.dataBytes ?? UInt64.max
        launch.process_limit = limits.userProcesses ?? UInt64.max
        launch.cpu_limit = limits.cpuSeconds ?? UInt64.max
        launch.reset_signal_actions = policy.isIsolated
        launch.signal_mask = policy.isIsolated ? 0 : policy.inherited.signalMask
        launch.close_descriptors = policy.isIsolated
        launch.new_session = policy.isIsolated
        launch.no_new_privileges = policy.isIsolated
        launch.drop_capabilities = policy.isIsolated
        if let user = policy.user {
            launch.change_user = true
            launch.user = user.id
            launch.group = user.group
            launch.group_count = UInt32(user.groups.count)
        }
        launch.file_mode_mask = policy.inherited.fileModeMask
        launch.open_files_soft = policy.inherited.openFilesSoft
        launch.open_files_hard = policy.inherited.openFilesHard
        return launch
    }

    /// What is executed, the first that can be.
    func candidates(for specification: RunSpecification) -> [[CChar]] {
        Self.candidates(for: policy.commandLine ?? commandLine(of: specification))
    }

    /// The environment is `NAME=value`, sorted by name: the policy's, and over it the specification's own.
    private func commandLine(of specification: RunSpecification) -> RawCommandLine {
        let own = policy.environment.merging(policy.user?.environment ?? [:]) { _, user in user }
        let environment = own.merging(specification.environment) { _, own in own }
            .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return RawCommandLine(
            arguments: specification.command.arguments.map { Array($0.utf8CString) },
            environment: environment.map { Array($0.utf8CString) })
    }

    /// Where the program may be, as execvp(3) looks for it: a name with a slash is a path, others are searched for.
    /// An empty element of the PATH is the working directory.
    private static func candidates(for line: RawCommandLine) -> [[CChar]] {
        let program = line.arguments[0]
        if program.contains(slash) { return [program] }
        let path = line.variable("PATH") ?? Array(standardPath.utf8CString)
        return path.dropLast().split(separator: colon, omittingEmptySubsequences: false).map { directory in
            directory.isEmpty ? program : directory + [slash] + program
        }
    }

    private static let standardPath = "/usr/local/bin:/usr/bin:/bin"
    private static let slash = CChar(UInt8(ascii: "/"))
    private static let colon = CChar(UInt8(ascii: ":"))
}
