import CLinux
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// Opens events to see whether the kernel counts them.
///
/// For the first event of each kind of its own the kernel patches its code, and again when the last one is closed: 40 µs
/// each, in which all CPUs are interrupted. So one of each kind that was tried is kept open, which counts nothing.
final class PerfEventTrial: Sendable {
    /// Descriptors by the kind of event. Closed in `deinit`.
    private let kept = Mutex<[UInt64: Int32]>([:])

    func open(_ event: PerfEvent) throws(Errno) {
        if event.isPatchedIn { keep(event) }
        _ = try event.openForNextChild(group: -1, userModeOnly: false)
    }

    var keptCount: Int { kept.withLock { $0.count } }

    private func keep(_ event: PerfEvent) {
        kept.withLock { kept in
            guard kept[event.config] == nil, let descriptor = try? event.openIdle() else { return }
            kept[event.config] = descriptor.release()
        }
    }

    deinit {
        for descriptor in kept.withLock({ $0.values }) { close(descriptor) }
    }
}

extension PerfEvent {
    /// The kernel's own events, but for its clocks.
    fileprivate var isPatchedIn: Bool { type == PERF_TYPE_SOFTWARE.rawValue && !ignoresModes }
}
