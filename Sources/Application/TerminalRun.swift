import Glibc
import LinuxSystem
import Measurement
import Runs
import Synchronization

/// One run from a terminal: starts it, passes signals on, and waits for its end.
struct TerminalRun {
    let measuring: MeasuringEngine
    let specification: RunSpecification

    /// - Returns: the finished run, as it was saved.
    func finish(in file: MeasurementsFile) throws -> Run {
        try measuring.start()
        do {
            try awaitEnd()
        } catch {
            measuring.stop()
            throw error
        }
        // Only now everything that is to be said of the run has been saved.
        measuring.stop()
        guard let run = file.run else { throw ApplicationError("the run left no result") }
        return run
    }

    private func awaitEnd() throws {
        let end = RunEnd(try EventDescriptor())
        try submit(end)
        // A terminal sends these to the command as well, which decides for itself.
        let signals = try SignalDescriptor([SIGINT, SIGQUIT, SIGTERM, SIGHUP])
        while let signal = signals.next(or: end.event) {
            if signal == SIGTERM || signal == SIGHUP, let id = end.id { measuring.engine.cancel(id) }
        }
        if let failure = end.failure { throw failure }
    }

    private func submit(_ end: RunEnd) throws {
        do {
            try measuring.engine.submit(specification) { [engine = measuring.engine] result in
                switch result {
                case .success(let run):
                    end.begin(run.id)
                    engine.wait(for: run.id, until: MonotonicInstant(nanoseconds: .max)) { end.event.set() }
                case .failure(let error):
                    end.fail(ApplicationError("the run was not accepted: \(error)"))
                }
            }
        } catch let error as EventSelectionError {
            let faults = error.faults.map { "event \($0.name) \($0.message)" }
            throw ApplicationError(faults.joined(separator: "\n"))
        }
    }
}

/// How the recorder's thread tells the main thread of the end.
private final class RunEnd: Sendable {
    let event: EventDescriptor
    private let state = Mutex<(id: RunID?, failure: ApplicationError?)>((nil, nil))

    init(_ event: consuming EventDescriptor) {
        self.event = event
    }

    var id: RunID? { state.withLock { $0.id } }
    var failure: ApplicationError? { state.withLock { $0.failure } }

    func begin(_ id: RunID) {
        state.withLock { $0.id = id }
    }

    func fail(_ error: ApplicationError) {
        state.withLock { $0.failure = error }
        event.set()
    }
}
