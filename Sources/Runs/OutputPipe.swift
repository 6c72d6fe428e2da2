import CLinux
import LinuxSystem
import SystemPackage

/// One stream of a command: the pipe it is read from, and the file it is kept in.
final class OutputPipe: Sendable {
    let channel: OutputChannel
    /// How many bytes are kept.
    let limit: UInt64
    private let readEnd: OwnedDescriptor
    private let file: OwnedDescriptor
    /// Why there is no file.
    let failure: String?

    /// Enough for a command not to wait for us every 64 KiB; pages are taken as they are needed.
    private static let capacity: Int32 = 1 << 20

    /// The two ends of a new pipe, both for the caller to close.
    static func makeEnds() throws(Errno) -> (read: Int32, write: Int32) {
        var ends: (read: Int32, write: Int32) = (-1, -1)
        try systemCall { ergo_pipe(&ends.read, &ends.write, capacity) }
        return ends
    }

    /// Makes the file. Where that fails the command runs all the same, and its output is dropped.
    ///
    /// - Throws: when descriptors are short: then the launch may wait until they are not.
    init(
        _ channel: OutputChannel, of id: RunID, from readEnd: consuming OwnedDescriptor, to place: OutputPlace
    ) throws(Errno) {
        self.channel = channel
        limit = place.limit
        self.readEnd = readEnd
        do throws(Errno) {
            file = try place.directory.create(channel, of: id)
            failure = nil
        } catch {
            if LaunchShortage.codes.contains(error) { throw error }
            file = OwnedDescriptor(-1)
            failure = "making \(place.directory.path(of: channel, of: id)): \(error)"
        }
    }

    /// Readable when there is something, or the last writer has gone.
    var descriptor: Int32 { readEnd.rawValue }

    /// -1 when there is none.
    var fileDescriptor: Int32 { file.rawValue }

    /// What may be in the pipe at most.
    var capacity: Int { max(1 << 16, Int(ergo_pipe_capacity(readEnd.rawValue))) }
}

/// Where the output of a run goes, and how much of it.
struct OutputPlace: Sendable {
    let directory: OutputDirectory
    /// Bytes that are kept of each stream.
    let limit: UInt64
}
