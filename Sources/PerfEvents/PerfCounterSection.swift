import Measurement

/// The counters of one place, such as one PMU: as many groups as its hardware needs.
///
/// A group that shares the hardware with others is scaled by its running time ÷ the time it was wanted. Where all cores
/// are alike, that is the group's own `time_enabled`. Where they are not, `time_enabled` goes on while the program is on a core of another
/// type, where this place has nothing to count; the time it was wanted is then the running time of a pinned counter.
final class PerfCounterSection: Sendable {
    /// The pinned counter's group comes first where there is one; it gives no series.
    private let groups: [PerfCounterGroup]
    private let hasPresence: Bool
    let columnCount: Int

    init(
        opening events: [PerfEvent], presence: PerfEvent?, userModeOnly: Set<PerfEvent>, open: PerfEventOpener
    ) throws(PerfOpenError) {
        var groups: [PerfCounterGroup] = []
        if let presence {
            groups.append(try PerfCounterGroup(fitting: [presence], userModeOnly: [], open: open))
        }
        var rest = events[...]
        while !rest.isEmpty {
            let group = try PerfCounterGroup(fitting: rest, userModeOnly: userModeOnly, open: open)
            rest = rest.dropFirst(group.events.count)
            groups.append(group)
        }
        self.groups = groups
        hasPresence = presence != nil
        columnCount = groups.reduce(0) { $0 + $1.columnCount }
    }

    /// False when a group could not be read; its columns are absent then.
    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> Bool {
        var succeeded = true
        var position = offset
        for group in groups {
            if !group.read(into: &row, at: position) { succeeded = false }
            position += group.columnCount
        }
        return succeeded
    }

    func seriesColumns(at offset: Int, consumer: Consumer) -> [SeriesColumn] {
        let wanted = hasPresence ? offset + PerfCounterGroup.runningColumn : nil
        var position = offset
        return groups.enumerated().flatMap { index, group in
            defer { position += group.columnCount }
            if hasPresence && index == 0 { return [SeriesColumn]() }
            return group.seriesColumns(at: position, consumer: consumer, wanted: wanted)
        }
    }
}
