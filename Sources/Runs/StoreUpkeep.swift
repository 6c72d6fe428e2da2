import LinuxSystem
import Logging
import Measurement

/// When the recorder keeps its store in bounds: about once a second while there is something to record, once a minute
/// otherwise, and in steps so small that nobody who submits a run waits for them.
struct StoreUpkeep {
    private let store: any RunStore
    /// Goes with the runs it is of; nil where none is kept.
    private let outputs: OutputDirectory?
    private let logger: Logger
    /// No step before this; nil when the store wants none.
    private var earliest: MonotonicInstant?
    private var deletedRuns = 0

    private static let idleInterval = Duration.seconds(60)

    init(store: any RunStore, outputs: OutputDirectory?, logger: Logger) {
        self.store = store
        self.outputs = outputs
        self.logger = logger
        earliest = store.needsMaintenance ? .now : nil
    }

    /// When the recorder is to wake up for the next step, if nothing else wakes it.
    private(set) var next: MonotonicInstant?

    /// Takes the next step, if it is time.
    mutating func doWhatIsDue() {
        guard let earliest, earliest <= .now else { return }
        var interval = Recorder.flushInterval
        do {
            let done = try store.maintain(beside: outputs?.bytes ?? .none)
            for id in done.deletedRuns { outputs?.remove(id) }
            deletedRuns += done.deletedRuns.count
            if done.isUnfinished { interval = .zero } else { report() }
        } catch {
            logger.error("could not delete old runs: \(error)")
        }
        self.earliest = .now.advanced(by: interval)
        next = .now.advanced(by: interval == .zero ? .zero : Self.idleInterval)
    }

    private mutating func report() {
        if deletedRuns > 0 { logger.notice("\(counted(deletedRuns, "run")) deleted, as the retention demands") }
        deletedRuns = 0
    }
}
