import Measurement
import Sampling

/// What the recorder is working on: the recordings it visits, and the batch that it is about to commit.
struct RecorderDesk {
    private let sampler: Sampler
    private let registry: RunRegistry
    private var recorded: [RunID: RecordedRun] = [:]
    /// Runs that are over and whose end could not be stored.
    private var unsaved: [RunID: FinishedRun] = [:]
    private var losses: [RunID: FrameLoss] = [:]
    /// Whether runs could not be claimed because the store did not take it.
    private(set) var hasFailedClaims = false
    private var batch = Batch()

    /// What is committed together.
    struct Batch {
        var operations: [StoreOperation] = []
        var settlements: [RecorderOrder.Settlement] = []
        /// Frames among the operations, by run.
        var frames: [RunID: (active: ActiveRun, count: Int)] = [:]
        /// Runs whose end is among the operations for the first time, and those for which it is tried again.
        var finished: [FinishedRun] = []
        var retried: [RunID] = []
        var deleted: Set<RunID> = []
        /// Runs that are accepted among the operations, with their place there, and those that may be launched when all is
        /// on disk.
        var accepted: [RunID: Int] = [:]
        var claimed: [ActiveRun] = []
    }

    init(sampler: Sampler, registry: RunRegistry) {
        self.sampler = sampler
        self.registry = registry
    }

    /// Whether there is something to commit.
    var hasOperations: Bool { !batch.operations.isEmpty }
    /// Whether there is nothing to do before the next order.
    var isIdle: Bool { recorded.isEmpty && unsaved.isEmpty && !hasFailedClaims }

    mutating func take(_ order: RecorderOrder) {
        switch order {
        case .save(let run, let settle):
            batch.accepted[run.id] = batch.operations.count
            batch.operations.append(.save(run))
            batch.settlements.append(settle)
        case .delete(let id, let settle):
            batch.operations.append(.delete(id))
            batch.settlements.append(settle)
            batch.deleted.insert(id)
        case .begin(let active, let recording):
            recorded[active.id] = RecordedRun(
                active: active, recording: recording, keepsSums: registry.configuration.keepsSums)
            batch.operations.append(.save(active.run))
        case .finish(let finished):
            finish(finished)
            batch.finished.append(finished)
            batch.settlements.append(finished.settle)
        }
    }

    /// Fetches the frames of all runs since the last visit, and tries again what could not be stored.
    mutating func visitRecordings() {
        for id in recorded.keys {
            guard let frames = recorded[id]!.visit(sampler) else { continue }
            append(frames, to: recorded[id]!.active)
        }
        for run in unsaved.values where !batch.deleted.contains(run.active.id) {
            batch.operations.append(.save(run.active.run))
            batch.retried.append(run.active.id)
        }
    }

    private mutating func finish(_ finished: FinishedRun) {
        let active = finished.active
        // It may have been cancelled while it waited.
        active.earlyLaunch.giveUp()
        if let recording = finished.recording, let frames = recorded[active.id]?.finish(recording) {
            append(frames, to: active)
        }
        // Its counters close here: that interrupts CPUs, which the next run must not feel.
        recorded[active.id] = nil
        // Shown when it is on disk.
        active.updateQuietly { $0.finish(finished) }
        batch.operations.append(.save(active.run))
    }

    private mutating func append(_ frames: RecordedRun.Frames, to active: ActiveRun) {
        batch.operations.append(.append(frames.block, to: active.id, stretches: frames.stretches))
        batch.frames[active.id, default: (active, 0)].count += frames.block.count
    }

    /// Everything since the last time, and the claims of the runs that come next.
    mutating func takeBatch() -> Batch {
        defer { batch = Batch() }
        hasFailedClaims = false
        batch.claimed = registry.claim(accepting: batch.accepted.keys, finishing: batch.finished.count)
        for active in batch.claimed {
            var run = active.run
            run.isClaimed = true
            // One that is accepted at the same time is written once.
            if let place = batch.accepted[run.id] {
                batch.operations[place] = .save(run)
            } else {
                batch.operations.append(.save(run))
            }
        }
        return batch
    }

    /// The last frames of a run could not be stored: the very last is kept with the run, for the totals hold it.
    private func keepClosing(of run: FinishedRun) {
        guard let frames = run.recording?.frames, let closing = KeptFrame(lastOf: frames) else { return }
        run.active.updateQuietly { $0.closing = closing }
    }

    /// Draws the consequences of a commit that has, or has not, succeeded.
    ///
    /// - Returns: what tells those who wait.
    mutating func settle(_ batch: Batch, failure: (any Error)?) -> [@Sendable () -> Void] {
        if let failure {
            for (active, count) in batch.frames.values {
                losses[active.id, default: FrameLoss()].add(count, of: active, because: failure)
            }
            for case .append(_, to: let id, stretches: let sums?) in batch.operations { recorded[id]?.takeBack(sums) }
            for run in batch.finished {
                keepClosing(of: run)
                unsaved[run.active.id] = run
            }
        } else {
            for run in batch.finished { losses[run.active.id] = nil }
            for id in batch.retried + batch.deleted {
                losses[id] = nil
                unsaved.removeValue(forKey: id)?.storedLater()
            }
        }
        let words = batch.settlements.map { $0(failure) }
        // Behind them, for they let accepted runs wait and finished ones go.
        registry.settle(claims: batch.claimed, areStored: failure == nil)
        hasFailedClaims = failure != nil && !batch.claimed.isEmpty
        return words
    }
}

extension Run {
    /// Writes into a run how it ended.
    fileprivate mutating func finish(_ end: FinishedRun) {
        state = .finished
        outcome = end.outcome
        endedAt = end.recording?.endedAt
        warnings += end.warnings
        output = end.output
        if let startedAt { warnings += ClockStep.warnings(since: startedAt) }
        guard let usage = end.usage else { return }
        summary = summary ?? RunSummary()
        summary?.resourceUsage = usage
        let totals = summary?.totals ?? []
        guard let warning = CounterCheck.warning(totals, usage) else { return }
        warnings.append(warning)
        summary?.totals = CounterCheck.withdrawn(totals, of: layout)
    }
}
