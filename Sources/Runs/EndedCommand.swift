import Sampling

/// A command of which nothing lives any more. It does not hold its counters: who records it closes them.
struct EndedCommand: Sendable {
    let active: ActiveRun
    let outcome: Outcome
    /// Nil when the process could not be reaped.
    let usage: ResourceUsage?
    let recording: FinishedRecording?
    /// Descendants that outlived the main process.
    let leftovers: [Int32]
    /// Whether they were ended too.
    let endsLeftovers: Bool
    /// What became of its output; nil where nobody read it.
    let output: RunOutput?
    /// What its limits did, and what is missing of its output.
    let remarks: [String]

    /// What a reader of the run must know about its end.
    var warnings: [String] { leftoverWarnings + remarks }

    private var leftoverWarnings: [String] {
        guard !leftovers.isEmpty else { return [] }
        let pids = leftovers.map(String.init).joined(separator: ", ")
        let isOne = leftovers.count == 1
        let fate = endsLeftovers ? (isOne ? "was ended" : "were ended") : (isOne ? "lives on" : "live on")
        return [
            "\(counted(leftovers.count, "descendant")) outlived the main process and \(fate) (pid \(pids)): "
                + "what \(isOne ? "it" : "they") did after that is not measured"
        ]
    }
}
