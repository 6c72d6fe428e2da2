import CLinux
import Glibc
import Measurement
import SystemPackage

/// One deadline on CLOCK_MONOTONIC that one thread waits for and any thread may move (timerfd_create(2)).
///
/// A timerfd has no timer slack, unlike a sleep. Arming it clears an expiry that nobody has read, so a tick costs
/// two system calls: the wait and the next arming.
package struct DeadlineTimer: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    package init() throws(Errno) {
        descriptor = try OwnedDescriptor(checking: timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC)))
    }

    /// Sets the deadline; one in the past expires at once.
    package func arm(at deadline: MonotonicInstant) {
        // Zero would disarm.
        let nanoseconds = max(1, deadline.nanoseconds)
        var time = itimerspec()
        time.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
        time.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        timerfd_settime(descriptor.rawValue, Int32(TFD_TIMER_ABSTIME), &time, nil)
    }

    /// Blocks until the deadline has passed. Returns early, rarely, when a signal interrupts.
    package func wait() {
        var expirations: UInt64 = 0
        _ = Glibc.read(descriptor.rawValue, &expirations, MemoryLayout<UInt64>.size)
    }
}
