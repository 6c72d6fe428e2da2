import CLinux
import LinuxSystem
import SystemPackage

/// Opens an event for the next child of the calling thread. The kernel's way is ``PerfEvent/openForNextChild(group:userModeOnly:)``.
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

    /// Opens an event that counts nothing, on the calling thread alone.
    static func openDummy() throws(Errno) -> OwnedDescriptor {
        var event = ergo_perf_event()
        event.type = PERF_TYPE_SOFTWARE.rawValue
        event.config = UInt64(PERF_COUNT_SW_DUMMY.rawValue)
        event.disabled = true
        event.exclude_kernel = true
        return try OwnedDescriptor(checking: ergo_perf_event_open(&event, 0, -1, -1))
    }
}
