import Analysis
import Measurement
import Sampling

/// What the recorder is working on: the recordings it visits, and the batch that it is about to commit.
struct RecorderDesk {
    private let sampler: Sampler
    private var recorded: [RunID: RecordedRun] = [:]
    /// Runs that are over and whose end could not be stored.
    private var unsaved: [RunID: UnsavedRun] = [:]
    private var batch = Batch()

    /// What is committed together.
    struct Batch {
        var operations: [StoreOperation] = []
        var answers: [(_ failure: String?) -> Void] = []
        /// Frames among the operations, by run.
        var frames: [RunID: Int] = [:]
        var finished: [UnsavedRun] = []
    }

    struct UnsavedRun {
        let active: ActiveRun
        let storedLater: @Sendable () -> Void
    }

    init(sampler: Sampler) {
        self.sampler = sampler
    }

    /// Whether there is nothing to do before the next order.
    var isIdle: Bool { recorded.isEmpty && unsaved.isEmpty }

    mutating func take(_ order: RecorderOrder) {
        switch order {
        case .save(let run, let answer):
            batch.operations.append(.save(run))
            batch.answers.append(answer)
        case .begin(let active, let recording):
            recorded[active.id] = RecordedRun(active: active, recording: recording)
            batch.operations.append(.save(active.run))
        case .finish(let active, let finished, let answer, let storedLater):
            finish(active, finished)
            batch.finished.append(UnsavedRun(active: active, storedLater: storedLater))
            batch.answers.append { failure in answer(failure == nil) }
        }
    }

    /// Fetches the frames of all runs since the last visit, and tries again what could not be stored.
    mutating func visitRecordings() {
        for id in recorded.keys {
            guard let block = recorded[id]?.visit(sampler) else { continue }
            append(block, to: id)
        }
        for run in unsaved.values { batch.operations.append(.save(run.active.run)) }
    }

    private mutating func finish(_ active: ActiveRun, _ finished: FinishedRecording?) {
        if let finished, let block = recorded[active.id]?.finish(finished) { append(block, to: active.id) }
        recorded[active.id] = nil
        batch.operations.append(.save(active.run))
    }

    private mutating func append(_ block: FrameBlock, to id: RunID) {
        batch.operations.append(.append(block, to: id))
        batch.frames[id, default: 0] += block.count
    }

    mutating func takeBatch() -> Batch {
        defer { batch = Batch() }
        return batch
    }

    /// Draws the consequences of a commit that has, or has not, succeeded.
    mutating func settle(_ batch: Batch, failure: String?) {
        if let failure {
            for (id, count) in batch.frames { noteLoss(of: count, in: id, among: batch.finished, because: failure) }
            for run in batch.finished { unsaved[run.active.id] = run }
        } else {
            for run in unsaved.values { run.storedLater() }
            unsaved = [:]
        }
        for answer in batch.answers { answer(failure) }
    }

    private func noteLoss(of count: Int, in id: RunID, among finished: [UnsavedRun], because failure: String) {
        let active = recorded[id]?.active ?? finished.first { $0.active.id == id }?.active
        active?.update { run in
            run.warnings.append(
                "\(count) samples are missing from the stored measurements, not from the totals: \(failure)")
        }
    }
}

/// A run that is being measured, as the recorder sees it.
struct RecordedRun {
    let active: ActiveRun
    private let recording: Recording
    private var accumulator: RunAccumulator

    /// - Precondition: the run has been launched: its layout is known.
    init(active: ActiveRun, recording: Recording) {
        self.active = active
        self.recording = recording
        accumulator = RunAccumulator(layout: active.run.layout!)
    }

    /// The frames since the last visit; nil when there are none.
    mutating func visit(_ sampler: Sampler) -> FrameBlock? {
        var block = recording.makeBlock()
        guard let statistics = sampler.drain(recording, into: &block), !block.isEmpty else { return nil }
        accumulator.add(block)
        summarise(statistics)
        return block
    }

    /// The frames that are left when the run is over.
    mutating func finish(_ finished: FinishedRecording) -> FrameBlock? {
        accumulator.add(finished.frames)
        summarise(finished.statistics)
        let warnings = accumulator.warnings + Self.warnings(about: finished.statistics)
        active.update { $0.warnings += warnings }
        return finished.frames.isEmpty ? nil : finished.frames
    }

    private func summarise(_ statistics: SamplingStatistics) {
        let totals = accumulator.totals
        active.update { run in
            var summary = run.summary ?? RunSummary()
            summary.totals = totals
            summary.sampling = statistics
            run.summary = summary
        }
    }

    private static func warnings(about statistics: SamplingStatistics) -> [String] {
        guard statistics.lostFrames > 0 else { return [] }
        return [
            "\(statistics.lostFrames) samples were lost, not their totals: "
                + "the disk could not keep up with the sampling interval"
        ]
    }
}
