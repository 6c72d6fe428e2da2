import Measurement
import Sampling

/// A command under supervision, and how far its end has come.
///
/// `running → terminating (SIGTERM) → killing (SIGKILL)`, then, when the main process is gone, the same for what it
/// left behind.
struct SupervisedRun {
    let launched: LaunchedRun
    /// When something is to be done next: the time limit, the end of the grace, the next look at what is left.
    private(set) var deadline: MonotonicInstant?
    /// What the sampler had when the main process ended.
    private var recording: FinishedRecording?
    /// How the main process ended; nil when it could not be reaped.
    private var end: ProcessEnd?
    private var hasCommandEnded = false
    private var stage = Stage.running
    /// What ended it, unless it ended by itself.
    private var forcedOutcome: Outcome?
    private var leftovers: [Int32] = []
    private var isSwept = false
    /// Whether there is no grace between SIGTERM and SIGKILL any more.
    private var isHurried = false
    /// Its output, stdout first; empty where nobody reads it.
    private var streams: [CapturedStream]
    /// What the limits did; known when all is over.
    private var limitEffects: [String] = []

    private enum Stage {
        case running, terminating(killAt: MonotonicInstant), killing
    }

    /// Between two looks at processes that are being ended.
    private static let lookInterval = Duration.milliseconds(5)
    /// The same while there are no descriptors to look with.
    private static let shortageInterval = Duration.milliseconds(100)

    init(launched: LaunchedRun, deadline: MonotonicInstant?) {
        self.launched = launched
        self.deadline = deadline
        streams = launched.pipes.map(CapturedStream.init)
    }

    /// What is to be recorded; nil while something of the run lives.
    var endedCommand: EndedCommand? {
        guard isSwept else { return nil }
        return EndedCommand(
            active: launched.active, outcome: forcedOutcome ?? end?.outcome ?? .interrupted, usage: end?.usage,
            recording: recording, leftovers: leftovers, endsLeftovers: launched.endsLeftovers, output: output,
            remarks: limitEffects + streams.flatMap(\.warnings))
    }

    /// Asks the command to end, unless that was done before.
    mutating func terminate(as outcome: Outcome, now: MonotonicInstant) {
        // The command has ended by itself: what it left gets no more grace.
        if hasCommandEnded { return hurry(now: now) }
        guard case .running = stage else { return }
        forcedOutcome = outcome
        beginTermination(now: now)
    }

    /// Ends the command without asking.
    mutating func giveUp(as outcome: Outcome) {
        forcedOutcome = outcome
        kill()
    }

    /// Takes the grace away, also if it has begun.
    mutating func hurry(now: MonotonicInstant) {
        isHurried = true
        guard case .terminating = stage else { return }
        stage = .terminating(killAt: now)
        deadline = now
    }

    /// Does what the deadline was set for.
    mutating func meetDeadline(at now: MonotonicInstant) {
        if hasCommandEnded {
            sweep(now: now)
        } else if case .running = stage {
            terminate(as: .timedOut, now: now)
        } else {
            kill()
            deadline = now.advanced(by: Self.lookInterval)
        }
    }

    /// The main process is gone.
    mutating func commandEnded(_ end: ProcessEnd?, recording: FinishedRecording?, now: MonotonicInstant) {
        hasCommandEnded = true
        self.end = end
        self.end?.usage.cgroup = launched.tree.cgroup?.usage
        self.recording = recording
        sweep(now: now)
    }

    /// Looks after what the main process left.
    private mutating func sweep(now: MonotonicInstant) {
        guard ProcessTree.canLook else {
            deadline = now.advanced(by: Self.shortageInterval)
            return
        }
        let living = launched.tree.descendants
        leftovers = leftovers.isEmpty ? living : leftovers
        if !launched.endsLeftovers || !launched.tree.isInhabited(by: living) {
            return close()
        }
        switch stage {
        case .running: beginTermination(now: now)
        case .terminating(let killAt) where now < killAt: break
        case .terminating, .killing: kill()
        }
        deadline = now.advanced(by: Self.lookInterval)
    }

    /// Nothing of the run lives any more, as far as can be seen: what it has left behind in pipes and counts is taken.
    private mutating func close() {
        isSwept = true
        for place in streams.indices { streams[place].drain() }
        limitEffects = launched.enforcement.effects(on: end)
        launched.tree.cgroup?.remove()
    }

    private mutating func kill() {
        launched.tree.kill()
        stage = .killing
    }

    /// Between SIGTERM and SIGKILL: what the specification says, and for leftovers, which hold up the end of the run,
    /// five seconds at most.
    private var grace: Duration {
        let wanted = launched.active.specification.killGrace
        return hasCommandEnded ? min(wanted, RunSpecification.defaultKillGrace) : wanted
    }

    private mutating func beginTermination(now: MonotonicInstant) {
        launched.tree.terminate()
        let killAt = isHurried ? now : now.advanced(by: grace)
        stage = .terminating(killAt: killAt)
        deadline = killAt
    }
}

// MARK: - Output

extension SupervisedRun {
    /// Takes one turn's bytes of a stream.
    ///
    /// - Returns: whether there may be more.
    mutating func pump(_ stream: Int) -> Bool {
        streams[stream].pump()
        return streams[stream].isOpen
    }

    private var output: RunOutput? {
        guard streams.count == 2 else { return nil }
        var output = RunOutput()
        output.stdout = streams[0].summary
        output.stderr = streams[1].summary
        return output
    }
}
