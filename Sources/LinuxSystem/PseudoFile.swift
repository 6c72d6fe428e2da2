import Glibc
import SystemPackage

/// A file of sysfs, procfs or cgroupfs that is opened once and read again and again, each time from its start.
///
/// A reading is one `pread` into a buffer that is kept, so it allocates nothing and is one consistent answer of
/// the kernel. That holds for files of which the kernel renders the whole in one go: all of sysfs and cgroupfs, and
/// such of procfs as `stat`, `meminfo`, `self/stat`. Lists that the kernel hands out page by page (`mountinfo`,
/// `smaps`, `net/tcp`) are cut off: read those with ``readText(_:)``.
///
/// Not thread-safe: the buffer is shared by all readings. Its owner guards it.
package final class PseudoFile {
    private let descriptor: OwnedDescriptor
    private var buffer: UnsafeMutableRawBufferPointer

    /// Opens `path` for reading, close-on-exec.
    ///
    /// - Parameter capacity: bytes that are enough for one reading; a longer one makes the buffer grow, once.
    /// - Throws: what `open(2)` answers, such as `permissionDenied` and `noSuchFileOrDirectory`.
    package init(path: String, capacity: Int = 4096) throws(Errno) {
        descriptor = try OwnedDescriptor(checking: Glibc.open(path, O_RDONLY | O_CLOEXEC))
        buffer = .allocate(byteCount: max(capacity, 1), alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Reads the file from its start and shows its bytes to `body`; they are valid inside of it only.
    ///
    /// - Throws: what `pread(2)` answers; `ENODEV` (sysfs) and `ESRCH` (procfs) when what the file described is gone.
    package func read<Answer>(_ body: (Span<UInt8>) -> Answer) throws(Errno) -> Answer {
        var count = try readOnce()
        while count == buffer.count {
            grow()
            count = try readOnce()
        }
        return body(UnsafeRawBufferPointer(rebasing: buffer[..<count]).assumingMemoryBound(to: UInt8.self).span)
    }

    /// Whether no name leads to the open file any more.
    ///
    /// Never true in sysfs and procfs, where reading fails instead. In a tree of ordinary files, which simulates a
    /// machine, a deleted file would otherwise go on answering with its last content.
    package var isUnlinked: Bool {
        var status = stat()
        return fstat(descriptor.rawValue, &status) == 0 && status.st_nlink == 0
    }

    /// The whole of a file as text without the white space at its ends; for discovery, not for ticks.
    ///
    /// Bytes that are no UTF-8 become U+FFFD. Unlike ``read(_:)`` it reads on until the end.
    package static func readText(_ path: String) throws(Errno) -> String {
        try readText(from: try OwnedDescriptor(checking: Glibc.open(path, O_RDONLY | O_CLOEXEC)))
    }

    /// The same of what is open already, from where its descriptor stands.
    package static func readText(from descriptor: borrowing OwnedDescriptor) throws(Errno) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let raw = descriptor.rawValue
            let count = try systemCall { Glibc.read(raw, &chunk, chunk.count) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return String(decoding: trimmed(bytes), as: UTF8.self)
    }

    private func readOnce() throws(Errno) -> Int {
        try systemCall { pread(descriptor.rawValue, buffer.baseAddress, buffer.count, 0) }
    }

    private func grow() {
        let count = buffer.count * 2
        buffer.deallocate()
        buffer = .allocate(byteCount: count, alignment: 16)
    }
}

private func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    guard let first = bytes.firstIndex(where: { !ByteParser.isWhiteSpace($0) }),
        let last = bytes.lastIndex(where: { !ByteParser.isWhiteSpace($0) })
    else { return [] }
    return bytes[first...last]
}
