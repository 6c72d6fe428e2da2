import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// The signals that this program waits for instead of being interrupted by them.
package enum HandledSignals {
    private static let common = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD]

    /// What `exec` passes on to its command.
    package static let forwarded = [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2]

    /// What `serve` takes for "read again" and never for the end of its terminal: nohup(1) takes nothing from it.
    package static let reload = [SIGHUP]

    /// Blocks them, and more, in the calling thread and in all that it starts.
    ///
    /// Those that are ignored stay so, as nohup(1) wants it: a blocked signal comes even then, and would be waited for.
    /// SIGCHLD alone must not be ignored, or ends of children could not be learned.
    ///
    /// - Parameter wanted: come also where they are ignored.
    static func block(_ more: [Int32] = [], wanted: [Int32] = []) {
        signal(SIGCHLD, SIG_DFL)
        var set = signalSet((common + more).filter { !isIgnored($0) } + wanted)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        // SIG_IGN is the address 1, which Swift takes for no function.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self) == 1
    }

    /// Waits for one of the signals; blocked ones, or `sigwait` would never see them.
    package static func wait(for signals: [Int32]) -> Int32 {
        var set = signalSet(signals)
        var signal: Int32 = 0
        while sigwait(&set, &signal) != 0 {}
        return signal
    }

    fileprivate static func signalSet(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }
}

/// Signals as a descriptor, for whoever waits for something else as well (signalfd(2)).
struct SignalDescriptor: ~Copyable {
    private let descriptor: OwnedDescriptor

    /// - Parameter signals: blocked ones.
    init(_ signals: [Int32]) throws(Errno) {
        var set = HandledSignals.signalSet(signals)
        descriptor = try OwnedDescriptor(checking: signalfd(-1, &set, Int32(SFD_CLOEXEC)))
    }

    /// Blocks until a signal comes, or `event` is set: then nil.
    func next(or event: borrowing EventDescriptor) -> Int32? {
        while true {
            var descriptors = [
                pollfd(fd: event.rawValue, events: Int16(POLLIN), revents: 0),
                pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0),
            ]
            poll(&descriptors, 2, -1)
            if descriptors[0].revents != 0 { return nil }
            var info = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            if descriptors[1].revents != 0, read(descriptor.rawValue, &info, size) == size {
                return Int32(info.ssi_signo)
            }
        }
    }
}
