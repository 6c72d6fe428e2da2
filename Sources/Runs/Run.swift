import Analysis
import Measurement
import Sampling

/// One execution of one command under measurement, from submission to outcome.
package struct Run: Sendable, Codable, Identifiable {
    package let id: RunID
    package let specification: RunSpecification
    package let createdAt: WallInstant
    /// What its client calls the submission, so that one that is sent again is not run again.
    package let idempotencyKey: String?
    package var state: RunState = .queued
    /// Whether a run that is queued is about to be launched: on disk before the command is executed, so that a crash
    /// never makes it be executed twice.
    package var isClaimed: Bool?
    /// Its place among the runs that wait, 1 for the next one. Known to the engine alone and never stored.
    package var queuePosition: Int?
    /// The main process, once there is one.
    package var pid: Int32?
    /// What tells the main process from a later one with the same pid.
    package var process: ProcessIdentity?
    /// When the command was released and when it had exited, on both clocks.
    package var startedAt: ClockAnchor?
    package var endedAt: MonotonicInstant?
    /// The frame with which its window opened, and, where the store has refused the last ones, the one with which it
    /// closed: with them the stored frames give the totals, whichever of them are lost.
    package var opening: KeptFrame?
    package var closing: KeptFrame?
    /// What the columns of its frames mean; nil until it is launched.
    package var layout: SourceLayout?
    package var outcome: Outcome?
    /// Filled in when it is finished.
    package var summary: RunSummary?
    /// What became of its output; nil until it is finished, and where nobody captures it.
    package var output: RunOutput?
    /// What a reader of the numbers must know, in sentences.
    package var warnings: [String] = []

    package init(
        id: RunID, specification: RunSpecification, createdAt: WallInstant, idempotencyKey: String? = nil
    ) {
        self.id = id
        self.specification = specification
        self.createdAt = createdAt
        self.idempotencyKey = idempotencyKey
    }

    /// How its energy divides between it and others; nil where that is not known.
    package var attribution: AttributionSummary? {
        guard let layout, let duration, let totals = summary?.totals else { return nil }
        return AttributionSummary(layout: layout, totals: totals, duration: duration)
    }

    /// The run as it stood before it ended.
    var withoutItsEnd: Run {
        var run = self
        run.state = startedAt == nil ? .queued : .running
        run.outcome = nil
        run.endedAt = nil
        run.output = nil
        run.summary?.resourceUsage = nil
        return run
    }

    /// From release to exit; nil until it has ended.
    package var duration: Duration? {
        guard let startedAt, let endedAt else { return nil }
        return endedAt - startedAt.monotonic
    }
}

/// `queued → running → finished`; the outcome says how it finished.
package enum RunState: String, Sendable, Codable, Hashable, CaseIterable {
    case queued, running, finished
}

/// What a finished run amounts to.
package struct RunSummary: Sendable, Codable {
    /// One per series, in the order of the layout.
    package var totals: [SeriesTotal] = []
    package var resourceUsage: ResourceUsage?
    /// Nil where it is not known: for a run that was interrupted.
    package var sampling: SamplingStatistics?

    package init() {}

    /// What the run used besides its counters; nil where nobody was asked.
    package var account: RunAccount? { resourceUsage.map(RunAccount.init) }
}
