import Analysis
import Measurement
import Runs

/// What the pages tell of a run that is not in the run itself.
struct RunFigures {
    let run: Run
    /// Since the command was released, until it exited or until now; nil before.
    let elapsed: Duration?
    let energy: EnergySummary?
    /// What rates are taken over; nil while the command runs, for totals lag behind the clock by a second and more.
    var measured: Duration? { run.duration }

    /// - Parameter now: when the page is made.
    init(_ run: Run, now: MonotonicInstant) {
        self.run = run
        let sinceStart = run.state == .running ? run.startedAt.map { now - $0.monotonic } : nil
        elapsed = run.duration ?? sinceStart
        energy = elapsed.flatMap { EnergySummary(totals: run.summary?.totals ?? [], duration: $0) }
    }

    var totals: [SeriesTotal] { run.summary?.totals ?? [] }

    /// What people call it: its name, or the beginning of its command.
    var title: String { run.specification.name ?? Self.beginning(of: commandText) }

    /// It stands in many places of a page, and a command may have a megabyte.
    private static func beginning(of text: String) -> String {
        // Of a character there may be a megabyte, too.
        let beginning = text.unicodeScalars.prefix(200)
        return beginning.endIndex == text.endIndex ? text : String(beginning) + "…"
    }

    /// The command as a line.
    var commandText: String {
        switch run.specification.command {
        case .shell(let line): line
        case .arguments(let arguments): arguments.map(ShellText.quoted).joined(separator: " ")
        }
    }

    /// The domain to name first: the packages together, which do not overlap, or what there is instead.
    var headline: HeadlineEnergy? {
        guard let domains = energy?.domains, let first = domains.first else { return nil }
        let wanted = ["package", "platform"].first { name in domains.contains { $0.domain == name } } ?? first.domain
        return HeadlineEnergy(domain: wanted, parts: domains.filter { $0.domain == wanted })
    }

    /// What of the headline's energy is the run's own; nil where that is not known, or not yet.
    var ownShare: (joules: Double, uncertaintyJoules: Double, isUpperBound: Bool)? {
        guard let headline, let domains = run.attribution?.domains.filter({ $0.domain == headline.domain }),
            !domains.isEmpty
        else { return nil }
        return (
            domains.map(\.runJoules).reduce(0, +), domains.map(\.uncertaintyJoules).reduce(0, +),
            domains.contains { $0.idle == nil }
        )
    }

    /// Why there is no energy.
    var reasonForNoEnergy: String {
        for total in totals where total.series.metric == .consumedEnergy {
            if case .unavailable(let reason) = total.result { return reason }
        }
        return reasonForNothing ?? "no energy counter could be read when it ran; see Machine"
    }

    /// Why nothing at all is known; nil when something is.
    var reasonForNothing: String? {
        switch run.state {
        case .queued: "the run has not begun"
        case .running: totals.isEmpty ? "not yet" : nil
        case .finished: elapsed == nil ? "the command was never executed" : nil
        }
    }

    /// Why the run lacks a total that another run has.
    func reason(forNo name: ComparedName) -> String {
        if let reasonForNothing { return reasonForNothing }
        switch name.metric {
        case Metric.consumedEnergy.name: return "no such energy counter could be read when it ran"
        case Metric.attributedEnergy.name:
            guard let domains = run.attribution?.domains, !domains.isEmpty else {
                return "its energy could not be divided: the energy, busy time or CPU time is missing"
            }
            let isBound = name.attributes["part"] == EnergyPart.upperBound.rawValue
            return isBound
                ? "its idle power was known: it has its part itself"
                : "its idle power was not known: it has an upper bound only"
        default:
            let asked = run.specification.events
            return asked == nil ? "the machine could not count it when the run began" : "the run did not ask for it"
        }
    }
}

/// The energy that stands for a run where there is room for one number.
struct HeadlineEnergy {
    let domain: String
    /// One for each package.
    let parts: [DomainEnergy]

    var joules: Double { parts.map(\.joules).reduce(0, +) }
    var uncertaintyJoules: Double { parts.map(\.uncertaintyJoules).reduce(0, +) }
    var label: String { parts.count > 1 ? "\(parts.count) × \(domain)" : domain }
}
