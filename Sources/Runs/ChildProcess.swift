import CLinux
import Glibc
import LinuxSystem
import Measurement
import SystemPackage

/// A process that this one has started and will reap.
final class ChildProcess: Sendable {
    let pid: Int32
    private let pidfd: OwnedDescriptor
    /// The largest resident set of this process by the time of the launch, in bytes.
    private let launcherResidentBytes: UInt64?

    /// Readable as soon as the process has ended.
    var descriptor: Int32 { pidfd.rawValue }

    init(pid: Int32, pidfd: consuming OwnedDescriptor) {
        self.pid = pid
        self.pidfd = pidfd
        launcherResidentBytes = Self.ownPeak
    }

    /// `VmHWM:	   28416 kB` in `/proc/self/status`: of this program alone. In `ru_maxrss` is also the peak of who
    /// started it, which its children do not begin with.
    private static var ownPeak: UInt64? {
        OwnStatus.value(of: "VmHWM").flatMap { UInt64($0) }.map { $0 * 1024 }
    }

    /// Sends a signal; silently nothing when the process has ended. A pidfd cannot hit a stranger.
    func send(_ signal: Int32) {
        _ = ergo_pidfd_send_signal(pidfd.rawValue, signal)
    }

    /// Takes the process out of the process table. Waits for its end if it has not come yet.
    func reap() throws(Errno) -> ProcessEnd {
        var exit = ergo_exit()
        var usage = rusage()
        try systemCall { ergo_reap(pidfd.rawValue, &exit, &usage) }
        let outcome: Outcome =
            exit.code == Int32(CLD_EXITED) ? .exited(code: exit.status) : .signaled(signal: exit.status)
        var account = ResourceUsage(usage)
        account.launcherResidentBytes = launcherResidentBytes
        return ProcessEnd(outcome: outcome, usage: account)
    }
}

/// How a process ended and what it used.
struct ProcessEnd: Sendable {
    let outcome: Outcome
    var usage: ResourceUsage
}

extension ResourceUsage {
    fileprivate init(_ usage: rusage) {
        self.init(
            userTime: .init(usage.ru_utime), systemTime: .init(usage.ru_stime), minorPageFaults: usage.ru_minflt,
            majorPageFaults: usage.ru_majflt, voluntaryContextSwitches: usage.ru_nvcsw,
            involuntaryContextSwitches: usage.ru_nivcsw, blocksRead: usage.ru_inblock,
            blocksWritten: usage.ru_oublock)
        maximumResidentBytes = usage.maximumResidentBytes
    }
}

extension rusage {
    /// The kernel tells kibibytes.
    fileprivate var maximumResidentBytes: UInt64 { UInt64(clamping: ru_maxrss) * 1024 }
}

extension Duration {
    fileprivate init(_ time: timeval) {
        self = .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }
}
