import Analysis
import Measurement
import Sampling

/// A run that is being measured, as the recorder sees it.
struct RecordedRun {
    let active: ActiveRun
    let recording: Recording
    private var accumulator: RunAccumulator
    /// Nil where nobody keeps them.
    private var stretches: RunStretches?
    /// Frames that the stretches are made of.
    private var summedFrames = 0

    /// As many as are stored without a sum: it takes about as much room as ten of them.
    private static let framesPerSum = 128

    /// Frames on their way to the store.
    struct Frames {
        let block: FrameBlock
        let stretches: [SeriesStretch?]?
    }

    /// - Precondition: the run has been launched: its layout is known.
    init(active: ActiveRun, recording: Recording, keepsSums: Bool) {
        self.active = active
        self.recording = recording
        let layout = active.run.layout!
        accumulator = RunAccumulator(layout: layout)
        stretches = keepsSums ? RunStretches(layout: layout) : nil
    }

    /// The frames since the last visit; nil when there are none.
    mutating func visit(_ sampler: Sampler) -> Frames? {
        var block = recording.makeBlock()
        guard let statistics = sampler.drain(recording, into: &block), !block.isEmpty else { return nil }
        add(block)
        summarise(statistics)
        return Frames(block: block, stretches: summedFrames < Self.framesPerSum ? nil : takeStretches())
    }

    /// The frames that are left when the run is over.
    mutating func finish(_ finished: FinishedRecording) -> Frames? {
        add(finished.frames)
        accumulator.finish { stretches?.add($2, of: $0, until: $1) }
        summarise(finished.statistics)
        let warnings = accumulator.warnings + Self.warnings(about: finished.statistics)
        active.update { $0.warnings += warnings }
        return finished.frames.isEmpty ? nil : Frames(block: finished.frames, stretches: takeStretches())
    }

    private mutating func add(_ block: FrameBlock) {
        guard stretches != nil else { return accumulator.add(block) }
        accumulator.add(block) { stretches?.add($2, of: $0, until: $1) }
        summedFrames += block.count
    }

    private mutating func takeStretches() -> [SeriesStretch?]? {
        summedFrames = 0
        return stretches?.take()
    }

    /// Takes back sums that could not be stored, before the next visit: the next ones are to hold them.
    mutating func takeBack(_ sums: [SeriesStretch?]) {
        stretches?.takeBack(sums)
        summedFrames = Self.framesPerSum
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
