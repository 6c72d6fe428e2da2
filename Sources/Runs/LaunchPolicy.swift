import Glibc

/// What all commands of this process get, whatever a specification says.
package struct LaunchPolicy: Sendable {
    /// What the environment starts from; a specification's own is laid over it.
    package var environment: [String: String]
    /// Where commands run that name no directory; nil for the directory of this process.
    package var workingDirectory: String?
    /// Whether the command talks to this process's terminal. Otherwise it reads what its specification says, and its output
    /// is kept or dropped.
    package var keepsStandardStreams: Bool
    /// A session of its own, no way to more privileges, no signal ignored: for commands that strangers send.
    package var isIsolated: Bool
    /// Whether what a command leaves behind is ended with it.
    package var endsLeftovers: Bool
    /// As they were when this process started, before it changed its own.
    let inherited: InheritedLimits
    /// What is executed instead of the texts of specification and policy, byte by byte; nil to take those.
    package var commandLine: RawCommandLine?
    /// Who commands run as; nil for the user of this process.
    package var user: RunUser?
    /// What is kept from commands at least; a specification may ask for more.
    package var sandbox = SandboxMode.none
    /// What no command in a sandbox sees.
    package var hiddenDirectory: String?
    /// The only programs that are executed, with all links resolved; nil for any.
    package var allowedPrograms: Set<String>?

    /// For a server: nothing of it reaches the command.
    package static func isolated(_ inherited: InheritedLimits) -> LaunchPolicy {
        LaunchPolicy(
            environment: [
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
                "HOME": "/", "SHELL": "/bin/sh",
            ],
            workingDirectory: "/", keepsStandardStreams: false, isIsolated: true, endsLeftovers: true,
            inherited: inherited)
    }

    /// For a terminal: the command runs as if it had been started without us.
    package static func transparent(
        _ inherited: InheritedLimits, environment: [String: String] = [:], commandLine: RawCommandLine? = nil
    ) -> LaunchPolicy {
        LaunchPolicy(
            environment: environment, workingDirectory: nil, keepsStandardStreams: true, isIsolated: false,
            endsLeftovers: false, inherited: inherited, commandLine: commandLine)
    }
}

/// A command and its environment as the kernel handed them to this process: bytes that need not be UTF-8, each string
/// with its NUL.
package struct RawCommandLine: Sendable {
    package let arguments: [[CChar]]
    /// In its order, entries without `=` and doubled ones among them.
    package let environment: [[CChar]]

    package init(arguments: [[CChar]], environment: [[CChar]]) {
        self.arguments = arguments
        self.environment = environment
    }

    /// What getenv(3) would find, with its NUL: the first entry of that name.
    func variable(_ name: String) -> [CChar]? {
        let start = "\(name)=".utf8.map { CChar(bitPattern: $0) }
        return environment.first { $0.starts(with: start) }.map { Array($0.dropFirst(start.count)) }
    }
}

/// What this process changes for itself and gives back to its children.
package struct InheritedLimits: Sendable {
    let openFilesSoft: UInt64
    let openFilesHard: UInt64
    let fileModeMask: UInt32
    /// The blocked signals, bit n - 1 for signal n.
    let signalMask: UInt64

    /// Takes note of the limits of this process. Call it before anything changes them, while there is one thread:
    /// the file mode mask can only be read by setting it.
    package static func ofThisProcess() -> InheritedLimits {
        var files = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        let mask = umask(0o077)
        umask(mask)
        return InheritedLimits(
            openFilesSoft: UInt64(files.rlim_cur), openFilesHard: UInt64(files.rlim_max), fileModeMask: UInt32(mask),
            signalMask: currentSignalMask())
    }

    /// The kernel's set is the first 64 bits of glibc's.
    private static func currentSignalMask() -> UInt64 {
        var set = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &set)
        return withUnsafeBytes(of: set) { $0.load(as: UInt64.self) }
    }
}
