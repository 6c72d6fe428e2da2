import LinuxSystem
import Measurement
import SystemPackage

/// The open counters of one run's process tree.
package final class PerfEventSource: RunSource {
    private let sections: [PerfCounterSection]
    /// Where there are tracepoints; see ``PerfEvent/openAgainstSwaps()``.
    private let againstSwaps: OwnedDescriptor?
    package let backend = SourceBackend.perfEvent
    package let columnCount: Int

    /// Opens `events` for the next child of the calling thread: those of the kernel as one group, which always runs,
    /// and those of each PMU in as few groups as its hardware allows.
    ///
    /// - Parameter presences: for each type of core the event that tells how long the program was on one.
    init(
        events: [PerfEvent], userModeOnly: Set<PerfEvent>, presences: [PerfCounterPlace: PerfEvent] = [:],
        open: PerfEventOpener = { event, group, userModeOnly throws(Errno) in
            try event.openForNextChild(group: group, userModeOnly: userModeOnly)
        }
    ) throws(PerfOpenError) {
        var sections: [PerfCounterSection] = []
        for place in Self.places(of: events) {
            sections.append(
                try PerfCounterSection(
                    opening: events.filter { $0.place == place }, presence: presences[place],
                    userModeOnly: userModeOnly, open: open))
        }
        self.sections = sections
        do throws(Errno) {
            againstSwaps = try events.contains(where: \.isTracepoint) ? PerfEvent.openAgainstSwaps() : nil
        } catch {
            throw PerfOpenError(event: events.first(where: \.isTracepoint)!, error: error)
        }
        columnCount = sections.reduce(0) { $0 + $1.columnCount }
    }

    /// In order of appearance, the kernel first.
    private static func places(of events: [PerfEvent]) -> [PerfCounterPlace] {
        var places: [PerfCounterPlace] = []
        for place in events.map(\.place) where !places.contains(place) { places.append(place) }
        return places.filter { $0 == .kernel } + places.filter { $0 != .kernel }
    }

    package func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        var status = SourceStatus.ok
        var position = offset
        for section in sections {
            status.join(section.read(into: &row, at: position))
            position += section.columnCount
        }
        return status
    }

    package func layout(consumer: Consumer) -> SourceLayout {
        var series: [SeriesColumn] = []
        var offset = 0
        for section in sections {
            series += section.seriesColumns(at: offset, consumer: consumer)
            offset += section.columnCount
        }
        return SourceLayout(columnCount: offset, series: series)
    }
}
