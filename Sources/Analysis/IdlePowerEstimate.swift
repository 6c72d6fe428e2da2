import Measurement

/// What the machine's domains draw while nobody uses it, found out from readings of the machine.
package struct IdlePowerEstimate: Sendable {
    /// By the series of the domain's energy; domains of which nothing is known are missing.
    package let idlePowers: [Series: IdlePower]

    /// Busier than this, a second is not quiet: a share of all CPUs, and on a machine of many so much of one CPU.
    package static let quietBusyShare = 0.01
    static let quietBusyCPUs = 0.05
    /// A shorter window says little: energy comes in steps.
    static let shortestWindow = Duration.milliseconds(500)
    /// Of the quiet seconds' power: what is above it had some reason.
    static let percentile = 0.1
    /// The newest ones; with fewer than the least, nothing is known.
    static let greatestWindowCount = 300
    package static let leastWindowCount = 5

    /// Learns from the quiet seconds among heartbeats.
    ///
    /// - Parameters:
    ///   - heartbeats: readings of the machine about a second apart, the oldest first; what must not be learned from is
    ///     absent.
    ///   - cpuCount: CPUs that can be busy.
    ///   - now: what the age of the newest quiet second is told at.
    package init(learningFrom heartbeats: FrameBlock, layout: SourceLayout, cpuCount: Int, now: MonotonicInstant) {
        let machine = MachineWindows(block: heartbeats, layout: layout, cpuCount: cpuCount)
        let limit = min(Self.quietBusyShare, Self.quietBusyCPUs / Double(cpuCount))
        let quiet = (1..<max(1, heartbeats.count)).filter { row in
            heartbeats.instant(at: row) - heartbeats.instant(at: row - 1) >= Self.shortestWindow
                && machine.busyShare(from: row - 1, to: row).map { $0 < limit } ?? false
        }.suffix(Self.greatestWindowCount)
        idlePowers = machine.energy.reduce(into: [:]) { powers, energy in
            // A second without energy is none of a counter that works.
            let windows = quiet.compactMap { row in
                machine.watts(energy, from: row - 1, to: row).map { (watts: $0, end: heartbeats.instant(at: row)) }
            }.filter { $0.watts > 0 }
            guard windows.count >= Self.leastWindowCount, let newest = windows.last?.end else { return }
            let watts = windows.map(\.watts).sorted()[Int(Double(windows.count) * Self.percentile)]
            powers[energy.series] = IdlePower(
                watts: watts, origin: .learned(windows: windows.count, age: max(.zero, now - newest)))
        }
    }

    /// Takes the mean power of the time between the first frame of a block and the last.
    package init(measuring block: FrameBlock, layout: SourceLayout, cpuCount: Int) {
        guard block.count > 1 else {
            idlePowers = [:]
            return
        }
        let machine = MachineWindows(block: block, layout: layout, cpuCount: cpuCount)
        let last = block.count - 1
        guard let share = machine.busyShare(from: 0, to: last) else {
            idlePowers = [:]
            return
        }
        let duration = block.instant(at: last) - block.instant(at: 0)
        idlePowers = machine.energy.reduce(into: [:]) { powers, energy in
            guard let watts = machine.watts(energy, from: 0, to: last), watts > 0 else { return }
            powers[energy.series] = IdlePower(watts: watts, origin: .measured(over: duration, busyShare: share))
        }
    }
}

/// The machine between two readings of a block.
private struct MachineWindows {
    let energy: [SeriesColumn]
    private let block: FrameBlock
    private let busy: [Int]
    private let cpuCount: Int

    init(block: FrameBlock, layout: SourceLayout, cpuCount: Int) {
        self.block = block
        self.cpuCount = cpuCount
        energy = layout.energyColumns
        busy = layout.busyColumns.map(\.column)
    }

    /// Of the time that the CPUs had; nil where it is not known.
    func busyShare(from first: Int, to last: Int) -> Double? {
        guard !busy.isEmpty, let nanoseconds = nanoseconds(from: first, to: last) else { return nil }
        var sum = 0.0
        for column in busy {
            guard let change = change(of: column, from: first, to: last) else { return nil }
            sum += Double(change)
        }
        return max(0, sum) / (nanoseconds * Double(cpuCount))
    }

    func watts(_ energy: SeriesColumn, from first: Int, to last: Int) -> Double? {
        guard let nanoseconds = nanoseconds(from: first, to: last),
            let change = change(of: energy.column, from: first, to: last)
        else { return nil }
        return Double(change) * energy.multiplier / energy.divisor / (nanoseconds / 1e9)
    }

    private func nanoseconds(from first: Int, to last: Int) -> Double? {
        let difference = (block.instant(at: last) - block.instant(at: first)).wholeNanoseconds
        return difference > 0 ? Double(difference) : nil
    }

    private func change(of column: Int, from first: Int, to last: Int) -> Int64? {
        let start = block.value(row: first, column: column)
        let end = block.value(row: last, column: column)
        return start == absentValue || end == absentValue ? nil : end &- start
    }
}
