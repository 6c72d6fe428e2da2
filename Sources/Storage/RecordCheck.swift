import Analysis
import Measurement
import Runs

/// Finds the first value of a decoded record that nothing may be computed with: a column that no frame has, an instant
/// beyond all clocks. Who reads a run need not ask again. Wide enough for whatever a kernel says, mistakes included: what
/// has been measured is never lost to this.
struct RecordCheck {
    /// Where it stands, such as `layout.series[3].column`; nil when all is sound.
    private(set) var fault: String?

    /// Nanoseconds since boot: 18 years either way, so that the time between two fits behind every instant of the wall
    /// clock.
    private static let monotonicRange: ClosedRange<Int64> = -1 << 59...1 << 59
    /// Nanoseconds since the epoch: the years 1823 to 2225.
    private static let wallRange: ClosedRange<Int64> = -1 << 62 ... .max - 1 << 60
    private static let durationRange = Duration.zero ... .nanoseconds(Int64.max)
    /// Of what the kernel charges: it has been seen to come out below zero.
    private static let chargeRange = Duration.seconds(-1 << 62)...Duration.seconds(1 << 62)
    /// Of bytes, blocks and events. Eight pebibytes, of which blocks of 512 still fit.
    private static let greatestCount: UInt64 = 1 << 53
    /// Beyond what 64 bits of any counter come to in any unit, per nanosecond.
    static let realRange = -1e60...1e60
    private static let scaleRange = 1e-30...1e30

    init(_ run: Run) {
        check(run.specification)
        require("createdAt", Self.wallRange.contains(run.createdAt.nanosecondsSinceEpoch))
        require("pid", run.pid.map { $0 > 0 } ?? true)
        require("startedAt", run.startedAt.map(Self.isSound) ?? true)
        require("endedAt", run.endedAt.map(Self.isSound) ?? true)
        if let layout = run.layout { check(layout) }
        check(run.opening, "opening", of: run.layout)
        check(run.closing, "closing", of: run.layout)
        if let summary = run.summary { check(summary) }
    }

    private mutating func require(_ place: @autoclosure () -> String, _ isSound: Bool) {
        if !isSound, fault == nil { fault = place() }
    }

    static func isSound(_ instant: MonotonicInstant) -> Bool { monotonicRange.contains(instant.nanoseconds) }

    private static func isSound(_ anchor: ClockAnchor) -> Bool {
        isSound(anchor.monotonic) && wallRange.contains(anchor.wall.nanosecondsSinceEpoch)
    }

    private mutating func check(_ specification: RunSpecification) {
        require("specification.command", !specification.command.arguments.isEmpty)
        require("specification.interval", specification.interval > .zero)
        let durations = [specification.interval, specification.killGrace, specification.timeout ?? .zero]
        require("specification", durations.allSatisfy(Self.durationRange.contains))
        require("specification.baseline", specification.baseline.map(RunSpecification.baselineRange.contains) ?? true)
        let counts = [specification.limits.processes, specification.limits.cpuSeconds].compactMap(\.self)
        require("specification.limits", counts.allSatisfy { $0 <= Self.greatestCount })
    }

    private mutating func check(_ frame: KeptFrame?, _ place: String, of layout: SourceLayout?) {
        guard let frame else { return }
        require("\(place).instant", Self.isSound(frame.instant))
        require("\(place).values", frame.values.count == layout?.columnCount)
    }
}

extension RecordCheck {
    private mutating func check(_ layout: SourceLayout) {
        require("layout.columnCount", 0..<ChunkCodec.maximumValues ~= layout.columnCount)
        for (index, column) in layout.series.enumerated() { check(column, "layout.series[\(index)]", of: layout) }
        for (index, division) in (layout.attributions ?? []).enumerated() {
            let place = "layout.attributions[\(index)]"
            check(division.energy, "\(place).energy", of: layout)
            require("\(place).busy", division.busy.allSatisfy { layout.has($0) })
            require("\(place).busyLag", Self.durationRange.contains(division.busyLag))
            require("\(place).used", layout.has(division.used))
            if let idle = division.idle { check(idle, "\(place).idle") }
        }
    }

    private mutating func check(_ column: SeriesColumn, _ place: String, of layout: SourceLayout) {
        require("\(place).column", layout.has(column.column))
        require("\(place).coverage", column.coverage.map { layout.has($0.enabled) && layout.has($0.running) } ?? true)
        let scales = [column.multiplier, column.divisor, column.multiplier / column.divisor]
        require("\(place).multiplier", scales.allSatisfy(Self.scaleRange.contains))
        require("\(place).lag", column.lag.map(Self.durationRange.contains) ?? true)
    }

    private mutating func check(_ idle: IdlePower, _ place: String) {
        require("\(place).watts", Self.realRange.contains(idle.watts))
        switch idle.origin {
        case .learned(_, let age): require("\(place).origin", Self.durationRange.contains(age))
        case .measured(let time, let busyShare):
            require("\(place).origin", Self.durationRange.contains(time) && Self.realRange.contains(busyShare))
        }
    }
}

extension RecordCheck {
    private mutating func check(_ summary: RunSummary) {
        for (index, total) in summary.totals.enumerated() {
            if case .measured(.real(let value)) = total.result {
                require("summary.totals[\(index)].result", Self.realRange.contains(value))
            }
            require("summary.totals[\(index)].coverage", total.coverage.map(Self.realRange.contains) ?? true)
        }
        if let usage = summary.resourceUsage { check(usage) }
        guard let sampling = summary.sampling else { return }
        let counts = [
            sampling.ticks, sampling.missedTicks, sampling.lostFrames, UInt64(clamping: sampling.setbacks ?? 0),
        ]
        let durations = [sampling.maximumLateness, sampling.totalLateness]
        require(
            "summary.sampling",
            counts.allSatisfy { $0 <= Self.greatestCount } && durations.allSatisfy(Self.durationRange.contains))
    }

    private mutating func check(_ usage: ResourceUsage) {
        let cgroup = usage.cgroup
        let durations = [usage.userTime, usage.systemTime, cgroup?.cpuTime, cgroup?.userTime, cgroup?.systemTime]
        let counts = [
            usage.minorPageFaults, usage.majorPageFaults, usage.voluntaryContextSwitches,
            usage.involuntaryContextSwitches, usage.blocksRead, usage.blocksWritten,
        ]
        let resident = [usage.maximumResidentBytes, usage.launcherResidentBytes].compactMap(\.self)
        require(
            "summary.resourceUsage",
            durations.compactMap(\.self).allSatisfy(Self.chargeRange.contains)
                && counts.allSatisfy { $0 >= 0 && $0 <= Self.greatestCount }
                && resident.allSatisfy { $0 <= Self.greatestCount })
    }
}

extension SourceLayout {
    /// Whether a frame has such a column.
    fileprivate func has(_ column: Int) -> Bool { 0..<max(0, columnCount) ~= column }
}
