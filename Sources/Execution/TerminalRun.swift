import Glibc
import LinuxSystem
import Measurement
import Runs
import Synchronization
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
        guard let run = file.run else { throw ApplicationError("the run left no result") }
        return run
    }

    private func awaitEnd() throws {
        let end = try RunEnd()
        try submit(end)
        // Signals stay pending until there is a run that they can be passed on to.
        let id = try end.acceptedRun()
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
                    end.begin(.success(run.id))
                    engine.wait(for: run.id, until: MonotonicInstant(nanoseconds: .max)) { _ in end.event.set() }
                case .failure(let error):
                    end.begin(.failure(ApplicationError("the run was not accepted: \(error)")))
                }
            }
        } catch let error as EventSelectionError {
            let faults = error.faults.map { "event \($0.name) \($0.message)" }
            throw ApplicationError(faults.joined(separator: "\n"))
        }
    }
}

/// How the recorder's thread tells the main thread of the beginning and of the end.
private final class RunEnd: Sendable {
    let event: EventDescriptor
    private let acceptance: EventDescriptor
    private let answer = Mutex<Result<RunID, ApplicationError>?>(nil)

    init() throws(Errno) {
        event = try EventDescriptor()
        acceptance = try EventDescriptor()
    }

    /// Waits until the run was accepted, or throws why it was not.
    func acceptedRun() throws -> RunID {
        while true {
            if let answer = answer.withLock({ $0 }) { return try answer.get() }
            acceptance.wait()
        }
    }

    func begin(_ answer: Result<RunID, ApplicationError>) {
        self.answer.withLock { $0 = answer }
        acceptance.set()
    }
}
