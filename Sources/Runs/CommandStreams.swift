import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// What a command gets as its descriptors 0, 1 and 2, and where its output is read. Closed in this process when it
/// goes out of scope: only the command writes then, and its end is the end of its output.
struct CommandStreams: ~Copyable {
    /// -1: the command keeps ours; ERGO_STREAM_NULL: it opens /dev/null by itself.
    let input: OwnedDescriptor
    let output: OwnedDescriptor
    let errors: OwnedDescriptor
    /// The reading ends; none where nobody reads.
    let pipes: [OutputPipe]

    private init(
        input: consuming OwnedDescriptor, output: consuming OwnedDescriptor, errors: consuming OwnedDescriptor,
        pipes: [OutputPipe]
    ) {
        self.input = input
        self.output = output
        self.errors = errors
        self.pipes = pipes
    }

    /// Those of this process, for a command that talks to our terminal.
    init() {
        self.init(
            input: OwnedDescriptor(-1), output: OwnedDescriptor(-1), errors: OwnedDescriptor(-1), pipes: [])
    }

    /// - Parameter stdin: what the command reads; nil for nothing.
    static func droppingOutput(stdin: String?) throws(Errno) -> CommandStreams {
        CommandStreams(input: try openInput(stdin), output: null(), errors: null(), pipes: [])
    }

    /// - Parameter place: where the output is kept.
    static func keepingOutput(of id: RunID, in place: OutputPlace, stdin: String?) throws(Errno) -> CommandStreams {
        let input = try openInput(stdin)
        let stdout = try OutputPipe.makeEnds()
        let output = OwnedDescriptor(stdout.write)
        let outputPipe = try OutputPipe(.stdout, of: id, from: OwnedDescriptor(stdout.read), to: place)
        let stderr = try OutputPipe.makeEnds()
        let errors = OwnedDescriptor(stderr.write)
        let errorPipe = try OutputPipe(.stderr, of: id, from: OwnedDescriptor(stderr.read), to: place)
        return CommandStreams(input: input, output: output, errors: errors, pipes: [outputPipe, errorPipe])
    }

    /// Lets another user open the pipes again under `/dev/stdout`, which only those can who may look into a process that
    /// has them. Giving them away would take CAP_CHOWN.
    func openToOthers() {
        for descriptor in [output.rawValue, errors.rawValue] {
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { continue }
            fchmod(descriptor, 0o666)
        }
    }

    private static func null() -> OwnedDescriptor { OwnedDescriptor(Int32(ERGO_STREAM_NULL)) }

    /// A file in memory: nobody has to stand by and pump, and the command reads as fast as it likes.
    private static func openInput(_ text: String?) throws(Errno) -> OwnedDescriptor {
        guard var text else { return null() }
        let descriptor = text.withUTF8 { ergo_memory_file("stdin", $0.baseAddress, $0.count) }
        return try OwnedDescriptor(checking: descriptor)
    }
}
