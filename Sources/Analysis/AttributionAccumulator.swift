import Measurement

/// Divides the energy of one domain between idleness, a run and everybody else.
///
/// Per window, with E the energy, B the busy time of the CPUs, R the run's CPU time, P the idle power:
///
///     idle    = min(E, P · Δt)
///     dynamic = (E − idle) · R ÷ max(B, R)
///     other   = E − idle − dynamic
///
/// The parts add up to E. Windows are the sampling intervals, or so many of them that B, which is brought up to date
/// only every few milliseconds, is known to a tenth. What a window could not take because E or B came late, by at most
/// one such update, is taken from the next one.
///
/// When it lies: CPU time is not energy. A program that makes a CPU work harder per second than its neighbours do draws
/// more than its share, one that waits for memory less; both get the same.
package struct AttributionAccumulator: Sendable {
    private let columns: AttributionColumns
    private let shortestWindow: Duration

    /// Where the first window begins, and where the current one does.
    private var base: Reading?
    private var opened: Reading?
    private var latest: Reading?
    /// Idle energy, in joules, and busy time, in nanoseconds, that were due in earlier windows and come in later ones.
    private var idleDue = 0.0
    private var busyDue = 0.0
    /// Up to the beginning of the current window.
    private var closed = Parts()

    package init(_ columns: AttributionColumns) {
        self.columns = columns
        shortestWindow = columns.busyLag * Self.lagsPerWindow
    }

    /// Busy time is then known to a tenth.
    private static let lagsPerWindow = 10

    /// Energy counters move about once a millisecond: what is due may be late by two such steps.
    private static let energyLag = EnergySummary.counterTick * 2

    /// What a window, or the run so far, amounts to; in joules.
    package struct Parts: Sendable, Hashable {
        package fileprivate(set) var run = 0.0
        package fileprivate(set) var idle = 0.0
        package fileprivate(set) var other = 0.0
        /// When the window began.
        fileprivate(set) var since = MonotonicInstant(nanoseconds: 0)

        package subscript(part: EnergyPart) -> Double {
            switch part {
            case .dynamic, .upperBound: run
            case .idle: idle
            case .other: other
            }
        }

        fileprivate static func + (left: Parts, right: Parts) -> Parts {
            Parts(
                run: left.run + right.run, idle: left.idle + right.idle, other: left.other + right.other,
                since: left.since)
        }
    }

    private struct Reading {
        let instant: MonotonicInstant
        let energy: Int64
        let busy: Int64
        let used: Int64
    }

    /// Takes the next frame; the parts of the window that it closes, or nil when it closes none.
    mutating func add(_ rows: Span<Int64>, at offset: Int, instant: MonotonicInstant) -> Parts? {
        guard let reading = reading(in: rows, at: offset, instant: instant) else { return nil }
        latest = reading
        guard let opened else {
            base = reading
            opened = reading
            return nil
        }
        return reading.instant - opened.instant >= shortestWindow ? closeWindow() : nil
    }

    /// Closes the last window of a run, however short; nil when there is none.
    mutating func finish() -> Parts? {
        guard let opened, let latest, opened.instant < latest.instant else { return nil }
        return closeWindow()
    }

    private func reading(in rows: Span<Int64>, at offset: Int, instant: MonotonicInstant) -> Reading? {
        let energy = rows[offset + columns.energy.column]
        let used = rows[offset + columns.used]
        guard energy != absentValue, used != absentValue else { return nil }
        var busy: Int64 = 0
        for column in columns.busy {
            let part = rows[offset + column]
            if part == absentValue { return nil }
            busy &+= part
        }
        return Reading(instant: instant, energy: energy, busy: busy, used: used)
    }

    /// Divides the energy of the current window and opens the next; nil as long as the energy counter has shown no sign
    /// of life: it may be a dead one.
    private mutating func closeWindow() -> Parts? {
        guard let base, let opened, let latest, latest.energy != base.energy else { return nil }
        let parts = divide(from: opened, to: latest)
        closed = closed + parts
        self.opened = latest
        return parts
    }

    private mutating func divide(from start: Reading, to end: Reading) -> Parts {
        let seconds = (end.instant - start.instant).inSeconds
        let energy = max(0, Double(end.energy &- start.energy) * columns.energy.multiplier / columns.energy.divisor)
        let idle = takeIdle(of: energy, seconds)
        let rest = energy - idle
        let run = rest * takeShare(of: end, since: start, seconds)
        return Parts(run: run, idle: idle, other: rest - run, since: start.instant)
    }

    private mutating func takeIdle(of energy: Double, _ seconds: Double) -> Double {
        guard let watts = columns.idle?.watts else { return 0 }
        let due = watts * seconds + idleDue
        let idle = min(energy, due)
        idleDue = min(due - idle, watts * Self.energyLag.inSeconds)
        return idle
    }

    /// R ÷ max(B, R), 0…1.
    private mutating func takeShare(of end: Reading, since start: Reading, _ seconds: Double) -> Double {
        let used = max(0, Double(end.used &- start.used))
        let busy = max(0, Double(end.busy &- start.busy) - busyDue)
        // The run's own time is exact: where the busy time is behind it, the difference is yet to come.
        let cpus = (used / 1e9 / seconds).rounded(.up)
        busyDue = min(max(0, used - busy), Double(columns.busyLag.wholeNanoseconds) * cpus)
        let whole = max(busy, used)
        return whole > 0 ? used / whole : 0
    }
}

extension AttributionAccumulator {
    /// What the parts amount to up to the last closed window, in the order of ``AttributionColumns/parts``.
    package var totals: [SeriesTotal] {
        columns.parts.map { part in
            SeriesTotal(series: columns.series(of: part), result: result(part), coverage: nil)
        }
    }

    /// The sum of a part up to the last closed window, in joules.
    func sum(of part: EnergyPart) -> Double { closed[part] }

    var parts: [EnergyPart] { columns.parts }

    private func result(_ part: EnergyPart) -> SeriesTotal.Result {
        guard let base, let latest else {
            return .unavailable(
                reason: "the energy, the busy time of the CPUs and the CPU time of the run were never read together")
        }
        if latest.energy == base.energy { return .unavailable(reason: "the energy counter of the domain stood still") }
        return .measured(.real(closed[part]))
    }
}
