import Glibc
import LinuxSystem
import SystemPackage

/// An `energy_uj` that is rewritten while others read it.
///
/// Every value is one `pwrite` of the same 25 bytes of the same inode: the number, filled up with spaces on its left,
/// and a line feed. The file is therefore never empty, cut off, or longer than its value.
final class EnergyFile {
    private let descriptor: OwnedDescriptor
    private static let width = 24

    init(path: String) throws(Errno) {
        descriptor = try OwnedDescriptor(checking: open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644))
    }

    func write(_ value: UInt64) {
        write(String(value))
    }

    /// - Parameter text: at most 24 bytes of ASCII.
    func write(_ text: String) {
        let bytes = Array((String(repeating: " ", count: Self.width - text.utf8.count) + text + "\n").utf8)
        let count = pwrite(descriptor.rawValue, bytes, bytes.count, 0)
        precondition(count == bytes.count, "a simulated counter is written as a whole")
    }
}
