import CLinux
import Glibc
import LinuxSystem
import Measurement
import TestSupport
import Testing

@testable import Runs

/// The way of bytes from a pipe into a file, without a command at the other end.
@Suite struct CapturedStreamTests {
    private let directory: TemporaryDirectory
    private let outputs: OutputDirectory
    private let id = RunID(createdAt: .now)

    init() throws {
        directory = try TemporaryDirectory()
        outputs = OutputDirectory(path: "\(directory.path)/output")
    }

    /// A stream and the descriptor that the command would write to.
    private func open(limit: UInt64 = 1 << 20) throws -> (stream: CapturedStream, writeEnd: Int32) {
        let ends = try OutputPipe.makeEnds()
        let place = OutputPlace(directory: outputs, limit: limit)
        let pipe = try OutputPipe(.stdout, of: id, from: OwnedDescriptor(ends.read), to: place)
        return (CapturedStream(pipe), ends.write)
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        let count = try systemCall { Glibc.write(descriptor, bytes, bytes.count) }
        #expect(count == bytes.count)
    }

    /// Closes the last writer, and waits until it was that: children that other tests are just launching have copies.
    private func end(_ stream: CapturedStream, _ writeEnd: Int32) throws {
        close(writeEnd)
        try waitUntil {
            var status = pollfd(fd: stream.pipe.descriptor, events: 0, revents: 0)
            return poll(&status, 1, 0) == 1 && status.revents & Int16(POLLHUP) != 0
        }
    }

    private struct Missing: Error {}

    /// What is in the file.
    private func kept() throws -> [UInt8] {
        guard let file = try outputs.open(.stdout, of: id) else { throw Missing() }
        var bytes = [UInt8](repeating: 0, count: 4 << 20)
        let count = try systemCall { read(file.rawValue, &bytes, bytes.count) }
        return Array(bytes[..<count])
    }

    @Test("every byte value is kept, in the order it was written")
    func bytes() throws {
        var (stream, writeEnd) = try open()
        let bytes = (0..<2000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        try write(bytes, to: writeEnd)
        #expect(stream.pump() == 2000)
        #expect(stream.isOpen && stream.pump() == 0 && stream.isOpen, "nothing now is not the end")
        try write([0, 255], to: writeEnd)
        try end(stream, writeEnd)
        stream.drain()
        #expect(!stream.isOpen)
        #expect(try kept() == bytes + [0, 255])
        #expect(stream.summary.bytes == 2002 && stream.summary.isTruncated == false && stream.warnings == [])
    }

    @Test("beyond the limit bytes are counted and dropped", arguments: [0, 1, 99_999, 100_000, 100_001])
    func limit(limit: Int) throws {
        var (stream, writeEnd) = try open(limit: UInt64(limit))
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        try write(bytes, to: writeEnd)
        try end(stream, writeEnd)
        stream.drain()
        #expect(try kept() == Array(bytes.prefix(limit)))
        #expect(stream.summary.bytes == 100_000 && stream.summary.keptBytes == UInt64(min(limit, 100_000)))
        #expect(stream.summary.isTruncated == (limit < 100_000))
        #expect(stream.warnings.isEmpty == (limit >= 100_000))
        #expect(!stream.isOpen, "the end is noticed also while bytes are dropped")
    }

    @Test("one turn is bounded, whether bytes are kept or dropped")
    func turns() throws {
        var (stream, writeEnd) = try open(limit: 100_000)
        defer { close(writeEnd) }
        try write([UInt8](repeating: 1, count: 300_000), to: writeEnd)
        #expect(stream.pump() == 65536)
        #expect(stream.pump() == 100_000 - 65536)
        #expect(stream.pump() == 200_000)
    }

    @Test("draining ends although somebody goes on holding the pipe, and that is said")
    func heldOpen() throws {
        var (stream, writeEnd) = try open()
        defer { close(writeEnd) }
        try write([1, 2, 3], to: writeEnd)
        stream.drain()
        #expect(stream.summary.keptBytes == 3)
        #expect(stream.warnings.count == 1 && stream.warnings[0].hasPrefix("stdout was still open"))
    }

    @Test("where no file can be made everything is dropped, and the reason is said")
    func noFile() throws {
        rmdir("\(directory.path)/output")
        var (stream, writeEnd) = try open()
        try write([1, 2, 3], to: writeEnd)
        try end(stream, writeEnd)
        stream.drain()
        #expect(stream.summary.bytes == 3 && stream.summary.keptBytes == 0)
        #expect(stream.warnings.count == 1 && stream.warnings[0].hasSuffix("No such file or directory"))
        #expect(throws: Missing.self) { try kept() }
    }

    @Test("both ends of a pipe are close-on-exec, and only reading does not block")
    func flags() throws {
        let ends = try OutputPipe.makeEnds()
        defer { for end in [ends.read, ends.write] { close(end) } }
        for end in [ends.read, ends.write] { #expect(fcntl(end, F_GETFD) & FD_CLOEXEC != 0) }
        #expect(fcntl(ends.read, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(ends.write, F_GETFL) & O_NONBLOCK == 0)
    }

    @Test("files are for their owner alone, and go with their run")
    func files() throws {
        let (stream, writeEnd) = try open()
        close(writeEnd)
        var status = stat()
        #expect(stat(outputs.path(of: .stdout, of: id), &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(stat("\(directory.path)/output", &status) == 0 && status.st_mode & 0o777 == 0o700)
        outputs.remove(id)
        #expect(throws: Missing.self) { try kept() }
        withExtendedLifetime(stream) {}
    }
}
