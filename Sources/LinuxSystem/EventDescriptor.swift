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

    /// Blocks until the flag is set, or `timeout` has passed, and clears it. No timeout: waits for ever.
    package func wait(timeout: Duration? = nil) {
        var descriptor = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        poll(&descriptor, 1, timeout?.roundedUpMilliseconds ?? -1)
        clear()
    }

    package func clear() {
        var value: eventfd_t = 0
        _ = eventfd_read(descriptor.rawValue, &value)
    }
}
