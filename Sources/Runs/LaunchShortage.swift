import Measurement
import SystemPackage

/// What keeps a command from being launched now and may not in a moment: the machine, or the server, is short of
/// descriptors, processes or memory.
enum LaunchShortage {
    static let codes: Set<Errno> = [
        .tooManyOpenFiles, .tooManyOpenFilesInSystem, .resourceTemporarilyUnavailable, .noMemory,
    ]

    static func isOne(_ error: any Error) -> Bool {
        switch error {
        // What `execve` says may be the doing of the run's own limits.
        case let error as LaunchError: error.step != .execute && codes.contains(error.error)
        case let error as any SystemFailure: codes.contains(Errno(rawValue: error.code))
        case let error as Errno: codes.contains(error)
        default: false
        }
    }
}
