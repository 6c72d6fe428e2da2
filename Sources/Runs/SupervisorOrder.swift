import Measurement

/// What other threads ask of the supervisor.
enum SupervisorOrder: Sendable {
    case supervise(LaunchedRun, startedAt: MonotonicInstant)
    case end(RunID, as: Outcome)
    case endAll(as: Outcome)
    case signal(RunID, Int32)
    case hurry
}
