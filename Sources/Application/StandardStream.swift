import Glibc
import LinuxSystem

/// Standard output and standard error, unbuffered.
enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Writes all of a text; gives up silently when nobody reads it.
    func write(_ text: String) {
        try? Array(text.utf8).withUnsafeBytes { try writeAll($0, to: rawValue) }
    }
}

/// Writes all bytes, however many turns it takes.
///
/// - Throws: `Errno`, after which an unknown part has been written.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = try systemCall {
            Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        }
        rest = rest.dropFirst(count)
    }
}
