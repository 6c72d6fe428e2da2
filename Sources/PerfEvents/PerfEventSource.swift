import Measurement

/// The open counters of one run's process tree.
package final class PerfEventSource: RunSource {
    private let groups: [PerfCounterGroup]
    package let columnCount: Int

    /// Opens `events` for the next child of the calling thread: software events as one group, which always runs,
    /// and hardware events in as few groups as the hardware allows.
    init(events: [PerfEvent], userModeOnly: Set<PerfEvent>) throws(PerfOpenError) {
        var groups: [PerfCounterGroup] = []
        for kind in [events.filter(\.isSoftware), events.filter { !$0.isSoftware }] {
            var rest = kind[...]
            while !rest.isEmpty {
                let group = try PerfCounterGroup(fitting: rest, userModeOnly: userModeOnly)
                rest = rest.dropFirst(group.events.count)
                groups.append(group)
            }
        }
        self.groups = groups
        self.columnCount = groups.reduce(0) { $0 + $1.columnCount }
    }

    package func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        var status = SourceStatus.ok
        var position = offset
        for group in groups {
            if !group.read(into: &row, at: position) { status = .failed }
            position += group.columnCount
        }
        return status
    }

    package func layout(consumer: Consumer) -> SourceLayout {
        var series: [SeriesColumn] = []
        var offset = 0
        for group in groups {
            series += group.seriesColumns(at: offset, consumer: consumer)
            offset += group.columnCount
        }
        return SourceLayout(columnCount: offset, series: series)
    }
}
