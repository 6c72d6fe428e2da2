import Glibc
import LinuxSystem
import SystemPackage

/// Where the output of commands is kept: a file for each stream of each run, `<id>.stdout` and `<id>.stderr`.
///
/// The files hold the bytes of the command and nothing else. They are not synced: a power cut may take the end of
/// what was written in the last half minute.
package struct OutputDirectory: Sendable {
    private let path: String

    /// Makes the directory (0700) where there is none. If that fails, every run will say so.
    package init(path: String) {
        self.path = path
        mkdir(path, 0o700)
    }

    func path(of channel: OutputChannel, of id: RunID) -> String { "\(path)/\(id).\(channel.rawValue)" }

    /// Makes an empty file for the owner alone.
    func create(_ channel: OutputChannel, of id: RunID) throws(Errno) -> OwnedDescriptor {
        try file(path(of: channel, of: id), O_WRONLY | O_CREAT | O_TRUNC)
    }

    /// Opens what is a file; does not wait for the other side, should it be a FIFO.
    private func file(_ path: String, _ flags: Int32) throws(Errno) -> OwnedDescriptor {
        let file = try OwnedDescriptor(
            checking: Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600 as mode_t))
        var status = stat()
        guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Errno.invalidArgument
        }
        return file
    }

    /// Opens what there is (so far) for reading; nil when the run has said nothing, or was never launched.
    func open(_ channel: OutputChannel, of id: RunID) throws(Errno) -> OwnedDescriptor? {
        do throws(Errno) {
            return try file(path(of: channel, of: id), O_RDONLY)
        } catch  where error == .noSuchFileOrDirectory {
            return nil
        }
    }

    /// What became of the output of a run whose server died: what is in its files. Nil when there are none.
    package func found(of id: RunID) -> RunOutput? {
        var output = RunOutput()
        guard let stdout = size(of: .stdout, of: id), let stderr = size(of: .stderr, of: id) else { return nil }
        output.stdout.bytes = nil
        output.stdout.keptBytes = stdout
        output.stderr.bytes = nil
        output.stderr.keptBytes = stderr
        return output
    }

    private func size(of channel: OutputChannel, of id: RunID) -> UInt64? {
        var status = stat()
        return stat(path(of: channel, of: id), &status) == 0 ? UInt64(status.st_size) : nil
    }

    /// Takes away the files of runs that there are no more: a server that dies between deleting a run and its files leaves
    /// them. Files with other names are left alone.
    ///
    /// - Parameter findUnknown: picks those that there are no more.
    /// - Returns: how many runs had such files.
    package func sweep(findUnknown: (Set<RunID>) throws -> Set<RunID>) rethrows -> Int {
        let names = (try? PseudoDirectory.names(in: path)) ?? []
        let strays = try findUnknown(Set(names.compactMap(Self.owner)))
        for id in strays { remove(id) }
        return strays.count
    }

    private static func owner(of name: String) -> RunID? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, OutputChannel(rawValue: String(parts[1])) != nil else { return nil }
        return RunID(parts[0])
    }

    /// What all files take on disk, and those of one run.
    var bytes: BytesBeside {
        let names = (try? PseudoDirectory.names(in: path)) ?? []
        return BytesBeside(total: names.reduce(0) { $0 + Self.bytes(of: "\(path)/\($1)") }) { id in
            OutputChannel.allCases.reduce(0) { $0 + Self.bytes(of: path(of: $1, of: id)) }
        }
    }

    private static func bytes(of file: String) -> Int64 {
        var status = stat()
        return stat(file, &status) == 0 ? Int64(status.st_blocks) * 512 : 0
    }

    /// Takes the files of a run away, if there are any.
    func remove(_ id: RunID) {
        for channel in OutputChannel.allCases { unlink(path(of: channel, of: id)) }
    }
}
