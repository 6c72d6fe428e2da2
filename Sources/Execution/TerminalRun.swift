import Glibc
import LinuxSystem
import Measurement
import Runs
import SystemPackage

/// One run from a terminal: starts it, passes signals on, and waits for its end.
struct TerminalRun {
    let measuring: MeasuringEngine
    let specification: RunSpecification

    /// Leaves the threads to the end of the process: one after the other takes them longer than all else that is left.
    ///
    /// - Returns: the finished run, as it was saved.
    func finish(in file: MeasurementsFile) throws -> Run {
        try measuring.start()
        do {
            try awaitEnd()
        } catch {
            measuring.stop()
            throw error
        }
        // What the file has refused is tried once more, and told of.
        if measuring.engine.storeFailure != nil { measuring.stop() }
        guard let run = file.run else { throw UserFacingError("the run left no result") }
        return run
    }

    private func awaitEnd() throws {
        let end = try RunEnd()
        try submit(end)
        // Signals stay pending until there is a run that they can be passed on to.
        let id = try end.acceptance.wait().get()
        // A terminal sends the first two to the command as well. What it makes of a signal is its own affair.
        let signals = try SignalDescriptor([SIGINT, SIGQUIT] + HandledSignals.forwarded)
        while let signal = signals.next(or: end.event) {
            if specification.baseline != nil, measuring.engine.run(id)?.state == .queued {
                // There is no command yet that the signal could be meant for.
                try measuring.engine.cancel(id)
            } else if HandledSignals.forwarded.contains(signal) {
                measuring.engine.forward(signal, to: id)
            }
        }
    }

    private func submit(_ end: RunEnd) throws {
        do {
            try measuring.engine.submit(specification) { [engine = measuring.engine] result in
                switch result {
                case .success(let run):
                    end.acceptance.keep(.success(run.id))
                    engine.wait(for: run.id, until: MonotonicInstant(nanoseconds: .max)) { _ in end.event.set() }
                case .failure(let error):
                    end.acceptance.keep(.failure(UserFacingError("the run was not accepted: \(error)")))
                }
            }
        } catch let error as EventSelectionError {
            let faults = error.faults.map { "event \($0.name) \($0.message)" }
            throw UserFacingError(faults.joined(separator: "\n"))
        }
    }
}

/// How the recorder's thread tells the main thread of the beginning and of the end.
private final class RunEnd: Sendable {
    let event: EventDescriptor
    /// The run, or why it was not accepted.
    let acceptance: Promise<Result<RunID, UserFacingError>>

    init() throws(Errno) {
        event = try EventDescriptor()
        acceptance = try Promise()
    }
}
