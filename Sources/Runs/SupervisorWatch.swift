import LinuxSystem
import Measurement

/// The commands under supervision, by their tag in `epoll`.
struct SupervisorWatch {
    var runs: [UInt64: SupervisedRun] = [:]
    private var nextTag = SupervisorTag.firstRun
    private var isHurried = false
    /// Where the next round of reading output begins.
    var nextTurn = 0
    /// Signals for commands that are not supervised yet.
    private var earlySignals: [(id: RunID, signal: Int32)] = []

    var nextDeadline: MonotonicInstant? { runs.values.lazy.compactMap(\.deadline).min() }

    /// Takes in a run that has just been launched.
    ///
    /// - Returns: its tag.
    mutating func add(_ run: SupervisedRun) -> UInt64 {
        defer { nextTag += SupervisorTag.tagsPerRun }
        runs[nextTag] = run
        if isHurried { runs[nextTag]!.hurry(now: .now) }
        return nextTag
    }

    mutating func terminate(as outcome: Outcome, where isMeant: (RunID) -> Bool) {
        for tag in runs.keys where isMeant(runs[tag]!.launched.active.id) {
            runs[tag]!.terminate(as: outcome, now: .now)
        }
    }

    mutating func forward(_ signal: Int32, to id: RunID) {
        let run = runs.values.first { $0.launched.active.id == id }
        if let run { run.launched.tree.main.send(signal) } else { earlySignals.append((id, signal)) }
    }

    /// Sends what came too early for a run.
    mutating func forwardEarlySignals(to id: RunID) {
        let due = earlySignals.filter { $0.id == id }
        earlySignals.removeAll { $0.id == id }
        for (id, signal) in due { forward(signal, to: id) }
    }

    mutating func hurry() {
        isHurried = true
        for tag in runs.keys { runs[tag]!.hurry(now: .now) }
    }

    /// Takes out the runs of which nothing lives any more, the oldest first.
    mutating func takeEnded() -> [EndedCommand] {
        let ended = runs.sorted { $0.key < $1.key }.compactMap { tag, run in run.endedCommand.map { (tag, $0) } }
        for (tag, _) in ended { runs[tag] = nil }
        return ended.map(\.1)
    }
}
