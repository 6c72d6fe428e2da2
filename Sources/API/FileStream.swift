import Glibc
import HTTPServer
import LinuxSystem
import Synchronization
import SystemPackage

/// A file as a body: what it holds at this moment, also if it grows or is deleted meanwhile.
final class FileStream: HTTPBodyStream {
    private let file: OwnedDescriptor
    private let size: Int
    private let position = Atomic(0)

    init(_ file: consuming OwnedDescriptor) throws(Errno) {
        var status = stat()
        try systemCall { fstat(file.rawValue, &status) }
        size = status.st_size
        self.file = file
    }

    var byteCount: UInt64? { UInt64(size) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let start = position.load(ordering: .relaxed)
        let count = try systemCall { pread(file.rawValue, buffer.baseAddress, min(buffer.count, size - start), start) }
        position.add(count, ordering: .relaxed)
        return count
    }
}
