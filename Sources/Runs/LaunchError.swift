import CLinux
import Measurement
import SystemPackage

/// Why a command did not come to run.
package struct LaunchError: SystemFailure, CustomStringConvertible {
    package let step: Step
    package let error: Errno
    package var code: Int32 { error.rawValue }
    /// What the step was about: the program or the directory.
    let object: String

    package enum Step: Sendable, Hashable {
        case stack, clone, cgroup, streams, workingDirectory, privileges, descriptors, execute, namespaces
        case user, sandbox, keyring
    }

    init(step: Int32, error: Int32, program: String, workingDirectory: String? = nil) {
        self.step = Self.steps[UInt32(step)] ?? .clone
        self.error = Errno(rawValue: error)
        object = self.step == .workingDirectory ? workingDirectory ?? "" : program
    }

    private static let steps: [UInt32: Step] = [
        ERGO_LAUNCH_STACK.rawValue: .stack, ERGO_LAUNCH_CLONE.rawValue: .clone,
        ERGO_LAUNCH_CGROUP.rawValue: .cgroup, ERGO_LAUNCH_STREAMS.rawValue: .streams,
        ERGO_LAUNCH_WORKING_DIRECTORY.rawValue: .workingDirectory, ERGO_LAUNCH_PRIVILEGES.rawValue: .privileges,
        ERGO_LAUNCH_DESCRIPTORS.rawValue: .descriptors, ERGO_LAUNCH_EXECUTE.rawValue: .execute,
        ERGO_LAUNCH_NAMESPACES.rawValue: .namespaces, ERGO_LAUNCH_USER.rawValue: .user,
        ERGO_LAUNCH_SANDBOX.rawValue: .sandbox, ERGO_LAUNCH_KEYRING.rawValue: .keyring,
    ]

    package var description: String { "\(action): \(error) (errno \(error.rawValue))\(remedy.map { "; \($0)" } ?? "")" }

    private var action: String {
        switch step {
        case .stack: "reserving the child's stack"
        case .clone: "creating the process"
        case .cgroup: "creating the process in its cgroup"
        case .streams: "giving the process its standard streams"
        case .workingDirectory: "changing to working_directory \"\(object)\""
        case .privileges: "giving up the way to more privileges"
        case .descriptors: "closing the server's descriptors"
        case .namespaces: "giving the process a /tmp of its own"
        case .user: "becoming the user of --run-user"
        case .sandbox: "entering the sandbox"
        case .keyring: "giving the process a session keyring of its own"
        case .execute: "executing \"\(object)\""
        }
    }

    private var remedy: String? {
        switch (step, error) {
        case (.execute, .noSuchFileOrDirectory):
            "is it installed, on the PATH of the command's environment, and its interpreter too?"
        case (.execute, .permissionDenied): "is it executable, and its directory searchable, for this user?"
        case (.execute, .execFormatError):
            "a script needs a first line such as #!/bin/sh; or give the command as a string"
        case (.execute, .argListTooLong): "arguments and environment are too large together"
        case (.clone, .resourceTemporarilyUnavailable): "the limit on processes is reached"
        case (.workingDirectory, _): "it must exist and be searchable for this user"
        default: nil
        }
    }
}
