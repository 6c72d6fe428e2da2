import Measurement
import SystemPackage

/// Whether this machine counts an event for this process, found out by opening it once.
package enum PerfEventAvailability: Sendable, Hashable {
    case available
    /// `perf_event_paranoid` allows user mode only: what happens in the kernel on the program's behalf is missing.
    case userModeOnly
    case unavailable(Obstacle)
}

/// Asks the kernel what it counts. Answers are remembered, because hardware and our capabilities do not change while we
/// live; until `perf_event_paranoid` does, and but for the answer that a resource is short, which may be another one next
/// time.
final class PerfEventProbe {
    private(set) var environment: PerfEnvironment
    private let tryOpening: @Sendable (PerfEvent) throws(Errno) -> Void
    private var answers: [PerfEvent: PerfEventAvailability] = [:]

    /// Clients may ask for any number of raw events: there is an end to what is remembered.
    static let maximumAnswers = 1024

    /// - Parameter tryOpening: opens an event and closes it again: ``PerfEventTrial``.
    init(environment: PerfEnvironment, tryOpening: @escaping @Sendable (PerfEvent) throws(Errno) -> Void) {
        self.environment = environment
        self.tryOpening = tryOpening
    }

    /// Forgets all answers if rights have changed since they were given. One small file is read.
    func refresh() {
        if environment.refresh() { answers = [:] }
    }

    func availability(of event: PerfEvent) -> PerfEventAvailability {
        if let answer = answers[event] { return answer }
        do throws(Errno) {
            let answer = if let verdict = meaninglessness(of: event) { verdict } else { try ask(event) }
            if answers.count >= Self.maximumAnswers { answers = [:] }
            answers[event] = answer
            return answer
        } catch {
            return .unavailable(environment.obstacle(for: error, of: event))
        }
    }

    var rememberedCount: Int { answers.count }

    /// Why the kernel's number would not be what its name says; nil when it would.
    private func meaninglessness(of event: PerfEvent) -> PerfEventAvailability? {
        if PerfEventCatalog.isSilentHere(event) {
            return .unavailable(Obstacle("the kernel never counts it on this architecture, and would answer 0"))
        }
        if event.needsKernel && event.modifiers == .user {
            return .unavailable(Obstacle("it happens in the kernel only, and with :u the kernel would answer 0"))
        }
        if event.ignoresModes && event.modifiers != .both {
            return .unavailable(
                Obstacle("the kernel counts this time in all modes together", remedy: "ask for it without a modifier"))
        }
        return nil
    }

    /// - Throws: what says nothing about the event.
    private func ask(_ event: PerfEvent) throws(Errno) -> PerfEventAvailability {
        do throws(Errno) {
            try tryOpening(event)
            return .available
        } catch {
            if Self.shortages.contains(error) { throw error }
            if error == .permissionDenied || error == .notPermitted { return askForUserMode(event, after: error) }
            return .unavailable(environment.obstacle(for: error, of: event))
        }
    }

    private static let shortages: Set<Errno> = [
        .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory, .resourceTemporarilyUnavailable, .interrupted,
        .resourceBusy,
    ]

    /// Without rights the kernel still counts user mode, unless that was excluded or would be meaningless.
    private func askForUserMode(_ event: PerfEvent, after error: Errno) -> PerfEventAvailability {
        guard event.modifiers == .both, !event.needsKernel else {
            return .unavailable(environment.obstacle(for: error, of: event))
        }
        do throws(Errno) {
            try tryOpening(event.with(.user))
            return .userModeOnly
        } catch let second {
            // The kernel looks at the rights first: with them the event would be missing all the same.
            let isMissing = Self.absences.contains(second)
            return .unavailable(environment.obstacle(for: isMissing ? second : error, of: event))
        }
    }

    private static let absences: Set<Errno> = [
        .noSuchFileOrDirectory, .notSupported, .operationNotSupportedByDevice,
    ]
}
