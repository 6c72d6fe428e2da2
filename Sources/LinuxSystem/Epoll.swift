import CLinux
import Glibc
import SystemPackage

/// Waits for any of many descriptors to become readable (epoll(7), level-triggered).
package struct Epoll: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    package init() throws(Errno) {
        descriptor = try OwnedDescriptor(checking: epoll_create1(Int32(EPOLL_CLOEXEC)))
    }

    /// Adds a descriptor; `tag` comes back when it is readable.
    package func add(_ fd: Int32, tag: UInt64) throws(Errno) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: tag))
        try systemCall { epoll_ctl(descriptor.rawValue, EPOLL_CTL_ADD, fd, &event) }
    }

    /// Removes a descriptor; closing it does so too.
    package func remove(_ fd: Int32) {
        epoll_ctl(descriptor.rawValue, EPOLL_CTL_DEL, fd, nil)
    }

    /// The tags of up to 64 readable descriptors; empty when `timeout` passed first. No timeout: waits for ever.
    package func wait(timeout: Duration?) -> [UInt64] {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        let count = epoll_wait(descriptor.rawValue, &events, 64, timeout?.roundedUpMilliseconds ?? -1)
        return events.prefix(Int(max(0, count))).map(\.data.u64)
    }
}

extension Duration {
    /// What `poll` and `epoll_wait` take: rounded up, so that a deadline has passed when the wait is over.
    var roundedUpMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        if seconds.magnitude > UInt64(Int32.max) { return seconds < 0 ? 0 : .max }
        return Int32(clamping: max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
