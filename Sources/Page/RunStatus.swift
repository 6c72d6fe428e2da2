import Runs

/// Where a run stands, in a word or two. Colour repeats what the words say and adds nothing.
struct RunStatus {
    let text: String
    /// The class of its mark: `waiting`, `active`, `good`, `bad`, `neutral`.
    let tone: String

    init(_ run: Run) {
        switch (run.state, run.outcome) {
        case (.queued, _): (text, tone) = (run.queuePosition.map { "queued, place \($0)" } ?? "queued", "waiting")
        case (.running, _): (text, tone) = ("running", "active")
        case (.finished, let outcome): (text, tone) = (Self.word(outcome), Self.tone(outcome))
        }
    }

    var html: HTML { "<span class=\"status \(tone)\">\(text)</span>" }

    private static func word(_ outcome: Outcome?) -> String {
        switch outcome {
        case .exited(let code): "exited \(code)"
        case .signaled(let signal): "killed by \(SignalName.text(signal))"
        case .timedOut: "timed out"
        case .cancelled: "cancelled"
        case .launchFailed: "not launched"
        case .interrupted: "interrupted"
        case nil: "finished"
        }
    }

    private static func tone(_ outcome: Outcome?) -> String {
        switch outcome {
        case .exited(code: 0): "good"
        case .cancelled, nil: "neutral"
        default: "bad"
        }
    }

    /// How it ended, as a sentence; nil until it has.
    static func sentence(_ run: Run) -> String? {
        switch run.outcome {
        case .exited(code: 0): "The command ended as it should, with exit code 0."
        case .exited(let code): "The command ended with exit code \(code), which by custom means failure."
        case .signaled(let signal): "The command was killed by \(SignalName.text(signal))."
        case .timedOut: "The command outlived its timeout and was ended."
        case .cancelled: "Somebody cancelled the run."
        case .launchFailed(_, let message): "The command was not executed: \(message)"
        case .interrupted: "The server died while the command ran; what was measured until then is here."
        case nil: nil
        }
    }
}

/// Signals by the names that people know.
enum SignalName {
    private static let names: [Int32: String] = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
        9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
        24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]

    static func text(_ signal: Int32) -> String { names[signal] ?? "signal \(signal)" }
}
