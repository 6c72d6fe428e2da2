import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// Whether this machine counts an event for this process, found out by opening it once.
package enum PerfEventAvailability: Sendable, Hashable {
    case available
    /// `perf_event_paranoid` allows user mode only: what happens in the kernel on the program's behalf is missing.
    case userModeOnly
    /// The reason and what would help, as a clause that goes on after "cannot be counted: ".
    case unavailable(reason: String)
}

/// Asks the kernel what it counts. Answers are remembered: rights and hardware do not change while we live.
final class PerfEventProbe {
    private let environment: PerfEnvironment
    private var answers: [PerfEvent: PerfEventAvailability] = [:]

    init(environment: PerfEnvironment) {
        self.environment = environment
    }

    func availability(of event: PerfEvent) -> PerfEventAvailability {
        if let answer = answers[event] { return answer }
        let answer = ask(event)
        answers[event] = answer
        return answer
    }

    private func ask(_ event: PerfEvent) -> PerfEventAvailability {
        if event.needsKernel && event.modifiers == .user {
            return .unavailable(reason: "it happens in the kernel only, and with :u the kernel would answer 0")
        }
        do {
            try open(event)
            return .available
        } catch where error == .permissionDenied || error == .notPermitted {
            return askForUserMode(event, after: error)
        } catch {
            return .unavailable(reason: environment.reason(for: error, of: event))
        }
    }

    /// Without rights the kernel still counts user mode, unless that was excluded or would be meaningless.
    private func askForUserMode(_ event: PerfEvent, after error: Errno) -> PerfEventAvailability {
        guard event.modifiers == .both, !event.needsKernel, (try? open(event.with(.user))) != nil else {
            return .unavailable(reason: environment.reason(for: error, of: event))
        }
        return .userModeOnly
    }

    private func open(_ event: PerfEvent) throws(Errno) {
        _ = try event.openForNextChild(group: -1)
    }
}

extension PerfEvent {
    /// Opens the event on the calling thread: off, until a child of this thread executes a program.
    ///
    /// - Parameter group: the leader's descriptor, or -1 to lead.
    func openForNextChild(group: Int32, userModeOnly: Bool = false) throws(Errno) -> OwnedDescriptor {
        var event = ergo_perf_event()
        event.type = type
        event.config = config
        event.inherit = true
        event.disabled = group < 0
        event.enable_on_exec = group < 0
        event.exclude_user = modifiers == .kernel
        event.exclude_kernel = modifiers == .user || userModeOnly
        return try OwnedDescriptor(checking: ergo_perf_event_open(&event, 0, -1, group))
    }
}
