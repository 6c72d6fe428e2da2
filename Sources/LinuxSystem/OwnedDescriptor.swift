import Glibc
import SystemPackage

/// The one owner of a file descriptor: closed when it goes out of scope.
package struct OwnedDescriptor: ~Copyable, Sendable {
    package let rawValue: Int32

    /// Takes over a descriptor that nobody else will close.
    package init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Takes over what a system call answered, or throws the errno it left behind when that is negative.
    package init(checking result: Int32) throws(Errno) {
        guard result >= 0 else { throw Errno(rawValue: Glibc.errno) }
        self.rawValue = result
    }

    deinit { _ = Glibc.close(rawValue) }

    /// Gives the descriptor away; the caller closes it.
    package consuming func release() -> Int32 {
        let descriptor = rawValue
        discard self
        return descriptor
    }
}
