import Synchronization

/// Whether a run has come to disk, and who waits to hear of it.
final class RunAcceptance: Sendable {
    typealias Answer = @Sendable (Result<Run, RunError>) -> Void

    private enum State {
        case pending([Answer])
        case settled(RunError?)
    }

    private let state = Mutex(State.pending([]))

    /// Calls `answer` with the run as it stands: now, or when it is on disk, or when that has failed.
    func whenSettled(_ run: Run, _ answer: @escaping Answer) {
        let settled: RunError?? = state.withLock { state in
            switch state {
            case .settled(let failure): return .some(failure)
            case .pending(let answers):
                state = .pending(answers + [answer])
                return nil
            }
        }
        guard let settled else { return }
        answer(settled.map { .failure($0) } ?? .success(run))
    }

    /// Tells all who wait.
    func settle(_ run: Run, failure: RunError? = nil) {
        let answers: [Answer] = state.withLock { state in
            guard case .pending(let answers) = state else { return [] }
            state = .settled(failure)
            return answers
        }
        for answer in answers { answer(failure.map { .failure($0) } ?? .success(run)) }
    }
}
