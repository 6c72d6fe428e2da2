import CLinux
import Glibc
import LinuxSystem
import Measurement
import SystemPackage

/// Events that are on the hardware together or not at all, read with one system call.
///
/// The kernel answers a read of the leader with `nr, time_enabled, time_running, value…` (perf_event_open(2),
/// PERF_FORMAT_GROUP); that is, unchanged, the group's part of a row. Members are added before the run's `execve`:
/// a group that grows afterwards cannot be read with its inherited copies (ECHILD).
final class PerfCounterGroup: Sendable {
    let events: [PerfEvent]
    /// The leader comes first. Closed in `deinit`.
    private let descriptors: [Int32]

    /// `nr`, `time_enabled` and `time_running` come before the values.
    static let headerColumns = 3
    static let enabledColumn = 1
    static let runningColumn = 2

    var columnCount: Int { Self.headerColumns + events.count }

    /// The kernel checks a group against an empty PMU. One that fills it is never scheduled while somebody else, such as
    /// the NMI watchdog, holds a counter for good; small ones are shared out.
    private static let hardwareEventsPerGroup = 4

    /// Opens as many of `events`, from the front, as fit the hardware together; at least one.
    ///
    /// - Throws: the error of the first event, or of a later one that has nothing to do with space.
    init(
        fitting events: some Collection<PerfEvent>, userModeOnly: Set<PerfEvent>, open: PerfEventOpener
    ) throws(PerfOpenError) {
        var opened: [PerfEvent] = []
        var descriptors: [Int32] = []
        for event in events.prefix(events.first?.isSoftware == true ? .max : Self.hardwareEventsPerGroup) {
            do throws(Errno) {
                let descriptor = try open(event, descriptors.first ?? -1, userModeOnly.contains(event))
                descriptors.append(descriptor.release())
                opened.append(event)
            } catch {
                // The kernel checks on opening whether the group could ever be scheduled as a whole.
                if error == .invalidArgument && !opened.isEmpty { break }
                for descriptor in descriptors { Glibc.close(descriptor) }
                throw PerfOpenError(event: event, error: error)
            }
        }
        self.events = opened
        self.descriptors = descriptors
    }

    deinit {
        // Members before their leader: a leader that goes first turns its members into groups of their own.
        for descriptor in descriptors.reversed() { Glibc.close(descriptor) }
    }

    /// Reads the group into its columns. They are absent when the kernel has no answer: `busy` while it takes an inherited
    /// copy of the group apart (ECHILD).
    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        let size = columnCount * MemoryLayout<Int64>.stride
        let answer = row.withUnsafeMutableBufferPointer { buffer in
            // `read`, because `pread` fails on such a descriptor.
            Glibc.read(descriptors[0], buffer.baseAddress! + offset, size)
        }
        if answer == size { return .ok }
        let isBusy = answer < 0 && errno == ECHILD
        withdraw(from: &row, at: offset)
        return isBusy ? .busy : .failed
    }

    /// Makes all columns absent.
    func withdraw(from row: inout MutableSpan<Int64>, at offset: Int) {
        for column in offset..<offset + columnCount { row[column] = absentValue }
    }

    func seriesColumns(at offset: Int, consumer: Consumer) -> [SeriesColumn] {
        events.enumerated().map { index, event in
            SeriesColumn(
                series: event.series(consumer: consumer), column: offset + Self.headerColumns + index,
                multiplier: event.scale,
                coverage: CoverageColumns(
                    enabled: offset + Self.enabledColumn, running: offset + Self.runningColumn))
        }
    }
}

/// An event that could be counted when the run was accepted and cannot be now.
package struct PerfOpenError: Error, CustomStringConvertible {
    package let event: PerfEvent
    package let error: Errno

    package var description: String {
        "opening the counter \(event.label) failed: \(error) (errno \(error.rawValue))"
    }
}
