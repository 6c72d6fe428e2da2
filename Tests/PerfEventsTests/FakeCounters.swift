import Glibc
import LinuxSystem
import Measurement
import Synchronization
import SystemPackage

@testable import PerfEvents

/// Counters that answer what a test has written: each group is a pipe, and each reading takes one answer out of it.
final class FakeCounters: Sendable {
    /// Leaders and members, in the order in which they were opened; a group's number is that of its leader.
    struct Opened: Sendable {
        let event: PerfEvent
        let group: Int
        let userModeOnly: Bool
    }

    private struct State {
        var opened: [Opened] = []
        /// By the leader's descriptor.
        var groups: [Int32: Int] = [:]
        var writers: [Int32] = []
    }

    private let state = Mutex(State())

    var opened: [Opened] { state.withLock { $0.opened } }

    deinit {
        for writer in state.withLock({ $0.writers }) { close(writer) }
    }

    var opener: PerfEventOpener {
        { [self] event, leader, userModeOnly throws(Errno) in
            var ends: [Int32] = [0, 0]
            try systemCall { pipe(&ends) }
            _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
            let (reader, writer) = (ends[0], ends[1])
            state.withLock { state in
                let group = leader < 0 ? Set(state.opened.map(\.group)).count : state.groups[leader]!
                if leader < 0 { state.groups[reader] = group }
                state.opened.append(Opened(event: event, group: group, userModeOnly: userModeOnly))
                state.writers.append(writer)
            }
            return OwnedDescriptor(reader)
        }
    }

    /// What the next reading of a group gives: its times, and its values.
    func answer(group: Int, enabled: Int64, running: Int64, values: [Int64]) {
        let words = [Int64(values.count), enabled, running] + values
        state.withLock { state in
            let index = state.opened.firstIndex { $0.group == group }!
            _ = words.withUnsafeBytes { write(state.writers[index], $0.baseAddress, $0.count) }
        }
    }
}

/// A row of a source.
func row(of source: any Source) -> (values: [Int64], status: SourceStatus) {
    var row = [Int64](repeating: -1, count: source.columnCount)
    var status = SourceStatus.ended
    row.withUnsafeMutableBufferPointer { buffer in
        var span = MutableSpan(_unsafeElements: buffer)
        status = source.read(into: &span, at: 0)
    }
    return (row, status)
}
