import Glibc
import LinuxSystem

/// Standard output and standard error, unbuffered.
package enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Takes the places of the streams that are closed, or the next file that is opened would become one of them.
    ///
    /// Using such a stream fails as if it were closed, and a command finds it closed.
    static func reserveClosed() {
        while true {
            // The lowest free number comes first: input is opened for writing only, the others for reading only.
            let isInput = fcntl(0, F_GETFD) < 0
            let descriptor = open("/dev/null", (isInput ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
            guard descriptor > error.rawValue else {
                if descriptor < 0 { return }
                continue
            }
            close(descriptor)
            return
        }
    }

    /// Writes all of a text; gives up silently when nobody reads it.
    package func write(_ text: String) {
        try? Array(text.utf8).withUnsafeBytes { try writeAll($0, to: rawValue) }
    }
}

/// Writes all bytes, however many turns it takes.
///
/// - Throws: `Errno`, after which an unknown part has been written.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = try systemCall {
            Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        }
        rest = rest.dropFirst(count)
    }
}
