import Measurement

/// Turns the raw cumulative numbers of one series into the change per row and the total of the run.
///
/// Fed with every frame of a run, in order. The first frame opens the window and gives no row. Later frames give
/// the change since the previous *row*: where a frame has nothing to say, the next one that has carries the whole
/// change, so that rows always add up to the total (whole numbers exactly, others within rounding).
///
/// Lies when a counter steps back while the run is under way: the row is then negative. Sources unwrap their
/// counters before they hand them over.
package struct SeriesAccumulator: Sendable {
    package let series: Series
    private let columns: SeriesColumns
    private let multiplier: Double
    private let divisor: Double
    private let isInteger: Bool
    private let provesItselfByMoving: Bool

    /// When the run's first frame was read.
    private var opened: MonotonicInstant?
    /// Where counting begins: the first frame in which the series was present.
    private var base: SeriesReading?
    /// The reading of the previous row, or the base before there is one.
    private var previous: SeriesReading?
    /// The newest reading, whether it gave a row or not.
    private var latest: SeriesReading?
    private var rowCount = 0
    private var integerSum: Int64 = 0
    /// Used only where scaling forbids computing the total from the raw numbers.
    private var realSum: Double = 0

    package init(_ column: SeriesColumn) {
        series = column.series
        columns = SeriesColumns(value: column.column, coverage: column.coverage)
        multiplier = column.multiplier
        divisor = column.divisor
        isInteger = column.isInteger
        provesItselfByMoving = column.provesItselfByMoving
    }

    /// Takes the next frame; nil when it gives no row.
    ///
    /// - Parameters:
    ///   - rows: raw values, as in ``FrameBlock/rows``.
    ///   - offset: where in `rows` the frame's first column stands (behind its timestamp).
    @inline(__always)
    mutating func add(_ rows: Span<Int64>, at offset: Int, instant: MonotonicInstant) -> SeriesChange? {
        guard let reading = columns.reading(in: rows, at: offset, instant: instant) else {
            if opened == nil { opened = instant }
            return nil
        }
        latest = reading
        guard let base, let previous else {
            begin(with: reading)
            return nil
        }
        if rowCount == 0 && !hasBegunToCount(reading, since: base) { return nil }
        return row(from: previous, to: reading, base: base)
    }

    private mutating func begin(with reading: SeriesReading) {
        if opened == nil { opened = reading.instant }
        base = reading
        previous = reading
    }

    /// Whether the counter has given a sign of life: energy must have moved, a perf event must have been switched on.
    private func hasBegunToCount(_ reading: SeriesReading, since base: SeriesReading) -> Bool {
        if reading.raw != base.raw { return true }
        if columns.coverage != nil { return reading.enabled != base.enabled }
        return !provesItselfByMoving
    }

    @inline(__always)
    private mutating func row(
        from previous: SeriesReading, to reading: SeriesReading, base: SeriesReading
    ) -> SeriesChange? {
        let enabled = reading.enabled &- previous.enabled
        let running = reading.running &- previous.running
        if running == 0 && enabled > 0 { return nil }
        self.previous = reading
        rowCount += 1
        let raw = reading.raw &- previous.raw
        let isScaled = running > 0 && running < enabled
        let factor = isScaled ? Double(enabled) / Double(running) : 1
        let change = isInteger ? addInteger(raw, factor) : addReal(raw, factor)
        return SeriesChange(
            change: change, total: sum(upTo: reading, since: base),
            coverage: isScaled ? Double(running) / Double(enabled) : 1, since: previous.instant)
    }

    @inline(__always)
    private mutating func addInteger(_ raw: Int64, _ factor: Double) -> Value {
        let change = factor == 1 ? raw : Int64(saturating: (Double(raw) * factor).rounded())
        integerSum &+= change
        return .integer(change)
    }

    private mutating func addReal(_ raw: Int64, _ factor: Double) -> Value {
        let change = inUnit(raw) * factor
        realSum += change
        return .real(change)
    }

    private func sum(upTo reading: SeriesReading, since base: SeriesReading) -> Value {
        if isInteger { return .integer(integerSum) }
        return .real(columns.coverage == nil ? inUnit(reading.raw &- base.raw) : realSum)
    }

    private func inUnit(_ raw: Int64) -> Double { Double(raw) * multiplier / divisor }
}

extension SeriesAccumulator {
    /// What the series amounts to so far.
    package var total: SeriesTotal {
        SeriesTotal(series: series, result: result, coverage: coverage)
    }

    /// Which part of the run the total leaves out, as a sentence; nil when it leaves out none or there is no total.
    package func gapWarning(runEndedAt end: MonotonicInstant) -> String? {
        guard rowCount > 0, let opened, let base, let latest else { return nil }
        let missing = [(base.instant - opened, "first"), (end - latest.instant, "last")].filter { $0.0 > .zero }
        if missing.isEmpty { return nil }
        let parts = missing.map { "the \($0.1) \($0.0)" }.joined(separator: " and ")
        return "\(series.label) could not be read all the time: \(parts) of the run are missing in its total."
    }

    /// For how long other events held the hardware counters at the end of the run, as a sentence: what happened then
    /// is in no row. Elsewhere such a time is part of the next row, which is scaled.
    package var starvationWarning: String? {
        guard rowCount > 0, let previous, let latest, latest.enabled > previous.enabled else { return nil }
        return "\(series.label) had no hardware counter in the last \(latest.instant - previous.instant) that it was "
            + "read: others held them, and its total leaves that time out; ask for fewer events."
    }

    private var result: SeriesTotal.Result {
        if rowCount > 0, let previous, let base { return .measured(sum(upTo: previous, since: base)) }
        return .unavailable(reason: reasonForNothing)
    }

    private var reasonForNothing: String {
        guard let base, let latest else {
            return opened == nil ? "the run ended before its counters were read" : "it could not be read during the run"
        }
        if latest.instant == base.instant { return "it was read only once: a change needs two readings" }
        if latest.enabled > base.enabled {
            return "it never got a hardware counter: others held them for the whole run; ask for fewer events"
        }
        if columns.coverage != nil {
            let place = series.attributes["pmu"].map { " on a core of \($0)" } ?? ""
            return "it was never switched on: the command did not come to run\(place)"
        }
        return "its counter stood still for the whole run: either the run was too short for a counter that moves "
            + "about once a millisecond, or the domain is a dead one, as virtual machines have them"
    }

    private var coverage: Double? {
        guard columns.coverage != nil, let base, let latest else { return nil }
        let enabled = latest.enabled &- base.enabled
        if enabled <= 0 { return rowCount > 0 ? 1 : 0 }
        return min(1, Double(latest.running &- base.running) / Double(enabled))
    }
}

extension Int64 {
    /// The nearest whole number that fits; 0 for what is no number.
    fileprivate init(saturating value: Double) {
        if value.isNaN {
            self = 0
        } else if value >= 0x1p63 {
            self = .max
        } else {
            self = value < -0x1p63 ? .min : Int64(value)
        }
    }
}
