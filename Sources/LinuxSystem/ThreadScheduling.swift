import Glibc
import SystemPackage

/// How the kernel schedules a thread (sched(7)).
package enum SchedulingPolicy: String, Sendable {
    /// Before every ordinary thread; needs CAP_SYS_NICE or RLIMIT_RTPRIO.
    case fifo = "SCHED_FIFO"
    case other = "SCHED_OTHER"

    /// Lets the calling thread be served before others, without letting it keep them from running (nice −20), if that
    /// is allowed: for one that has mostly nothing to do and must not be late.
    package static func hastenCallingThread() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -20)
    }

    /// Puts the calling thread, and nothing it starts, under SCHED_FIFO if that is allowed; says what it got.
    package static func raiseCallingThread() -> SchedulingPolicy {
        var parameters = sched_param(sched_priority: 1)
        let policy = SCHED_FIFO | Int32(bitPattern: 0x4000_0000)  // SCHED_RESET_ON_FORK
        return sched_setscheduler(0, policy, &parameters) == 0 ? .fifo : .other
    }

    /// Takes the calling thread back under SCHED_OTHER, with the priority that it had there.
    package static func lowerCallingThread() {
        var parameters = sched_param(sched_priority: 0)
        _ = sched_setscheduler(0, SCHED_OTHER, &parameters)
    }
}
