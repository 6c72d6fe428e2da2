import CLinux
import Glibc
import SystemPackage

/// A flag that one thread sets and another finds readable in `poll` or `epoll` (eventfd(2)).
package struct EventDescriptor: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    package var rawValue: Int32 { descriptor.rawValue }

    package init() throws(Errno) {
        descriptor = try OwnedDescriptor(checking: eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)))
    }

    package func set() {
        _ = eventfd_write(descriptor.rawValue, 1)
    }

    package func clear() {
        var value: eventfd_t = 0
        _ = eventfd_read(descriptor.rawValue, &value)
    }
}
