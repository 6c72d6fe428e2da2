import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// Opens an event for the next child of the calling thread. The kernel's way is
/// ``PerfEvent/openForNextChild(group:userModeOnly:)``.
typealias PerfEventOpener =
    @Sendable (_ event: PerfEvent, _ group: Int32, _ userModeOnly: Bool) throws(Errno) -> OwnedDescriptor

extension PerfEvent {
    /// Opens the event on the calling thread: off, until a child of this thread executes a program.
    ///
    /// - Parameter group: the leader's descriptor, or -1 to lead.
    func openForNextChild(group: Int32, userModeOnly: Bool) throws(Errno) -> OwnedDescriptor {
        var event = ergo_perf_event()
        event.type = type
        event.config = config
        event.config1 = config1
        event.config2 = config2
        event.inherit = true
        event.disabled = group < 0
        event.enable_on_exec = group < 0
        event.pinned = isPinned
        event.exclude_user = modifiers == .kernel
        // A clock counts the kernel's time nonetheless, and needs no rights when it is told to leave it out.
        event.exclude_kernel = modifiers == .user || userModeOnly || ignoresModes
        return try OwnedDescriptor(checking: ergo_perf_event_open(&event, 0, -1, group))
    }

    /// Opens the event on the main thread of this process, where it is never switched on.
    func openIdle() throws(Errno) -> OwnedDescriptor {
        var event = Self.dummy
        event.type = type
        event.config = config
        return try OwnedDescriptor(checking: ergo_perf_event_open(&event, getpid(), -1, -1))
    }

    /// Opens an event that counts nothing, on the calling thread alone.
    static func openDummy() throws(Errno) -> OwnedDescriptor {
        var event = dummy
        return try OwnedDescriptor(checking: ergo_perf_event_open(&event, 0, -1, -1))
    }

    /// Opens an event that counts nothing, and keeps tasks of one tree from swapping their counters.
    ///
    /// The kernel does that when a task goes and one comes that has inherited all its counters from it. It is no matter for
    /// numbers that are added up. But a probe in a program (uprobe) belongs to a task: it is taken out of the program when
    /// the other task ends that has got its counter. Before Linux 6.12 only the calling thread and its child can be kept
    /// from it, by an event that the child does not inherit.
    static func openAgainstSwaps() throws(Errno) -> OwnedDescriptor {
        var event = dummy
        event.inherit = true
        event.never_swapped = true
        do throws(Errno) {
            return try OwnedDescriptor(checking: ergo_perf_event_open(&event, 0, -1, -1))
        } catch  where error == .invalidArgument {
            return try openDummy()
        }
    }

    private static var dummy: ergo_perf_event {
        var event = ergo_perf_event()
        event.type = PERF_TYPE_SOFTWARE.rawValue
        event.config = UInt64(PERF_COUNT_SW_DUMMY.rawValue)
        event.disabled = true
        event.exclude_kernel = true
        return event
    }
}
