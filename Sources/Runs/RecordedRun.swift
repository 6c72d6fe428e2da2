import Analysis
import Measurement
import Sampling

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
        accumulator.finish()
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
        var warnings: [String] = []
        if statistics.lostFrames > 0 {
            let verb = statistics.lostFrames == 1 ? "was" : "were"
            warnings.append(
                "\(counted(statistics.lostFrames, "sample")) \(verb) lost, not the totals: "
                    + "those before them had not been taken over in time, as with a slow disk or a slow start of the command"
            )
        }
        if let setbacks = statistics.setbacks, setbacks > 0 {
            warnings.append(
                "energy counters were set back \(counted(setbacks, "time")) during the run: what they had counted since "
                    + "the sample before is missing in the totals")
        }
        return warnings
    }
}
