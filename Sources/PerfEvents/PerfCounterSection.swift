import Measurement

/// The counters of one place, such as one PMU: as many groups as its hardware needs.
///
/// A group that shares the hardware with others is scaled by the time it was wanted ÷ the time it ran. Where all cores
/// are alike, it was wanted for its `time_enabled`. Where they are not, `time_enabled` goes on while the program is on
/// a core of another type, where this place has nothing to count: that time is taken out here, and a pinned counter
/// tells it. See docs/decisions/0015.
final class PerfCounterSection: Sendable {
    private let groups: [PerfCounterGroup]
    /// Its columns stand behind those of the groups and give no series.
    private let presence: PerfCounterGroup?
    let columnCount: Int
    private let presenceOffset: Int

    /// How much less than the others, in nanoseconds, a pinned counter may have been enabled. It is read last, so it is
    /// more; it is less when the kernel could not put it on the hardware and gave it up in one of the tasks.
    private static let tolerance: Int64 = 1_000_000

    init(
        opening events: [PerfEvent], presence: PerfEvent?, userModeOnly: Set<PerfEvent>, open: PerfEventOpener
    ) throws(PerfOpenError) {
        self.presence =
            if let presence { try PerfCounterGroup(fitting: [presence], userModeOnly: [], open: open) } else { nil }
        var groups: [PerfCounterGroup] = []
        var rest = events[...]
        while !rest.isEmpty {
            let group = try PerfCounterGroup(fitting: rest, userModeOnly: userModeOnly, open: open)
            rest = rest.dropFirst(group.events.count)
            groups.append(group)
        }
        self.groups = groups
        presenceOffset = groups.reduce(0) { $0 + $1.columnCount }
        columnCount = presenceOffset + (self.presence?.columnCount ?? 0)
    }

    /// A group that could not be read has absent columns.
    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        var status = SourceStatus.ok
        var position = offset
        for group in groups {
            status.join(group.read(into: &row, at: position))
            position += group.columnCount
        }
        guard let presence else { return status }
        let presenceStatus = presence.read(into: &row, at: position)
        status.join(presenceStatus)
        position = offset
        for group in groups {
            if presenceStatus.isFailure || !Self.takeOutAbsence(of: offset + presenceOffset, from: position, in: &row) {
                group.withdraw(from: &row, at: position)
                status.join(.failed)
            }
            position += group.columnCount
        }
        return status
    }

    /// Takes the time on cores of other types out of a group's `time_enabled`. False when nobody knows it.
    private static func takeOutAbsence(of presence: Int, from group: Int, in row: inout MutableSpan<Int64>) -> Bool {
        let (enabled, running) = (PerfCounterGroup.enabledColumn, PerfCounterGroup.runningColumn)
        let wanted = row[group + enabled]
        if wanted == absentValue { return true }
        if row[presence + enabled] < wanted - tolerance { return false }
        let absence = row[presence + enabled] - row[presence + running]
        row[group + enabled] = max(wanted - absence, row[group + running])
        return true
    }

    func seriesColumns(at offset: Int, consumer: Consumer) -> [SeriesColumn] {
        var position = offset
        return groups.flatMap { group in
            defer { position += group.columnCount }
            return group.seriesColumns(at: position, consumer: consumer)
        }
    }
}
