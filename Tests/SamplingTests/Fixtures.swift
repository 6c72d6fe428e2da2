import CTestSupport
import Glibc
import LinuxSystem
import Measurement
import Synchronization
import TestSupport

@testable import Sampling

/// A source whose columns all hold the number of readings so far.
final class CountingSource: Source {
    let backend = SourceBackend.perfEvent
    let columnCount: Int
    let wraps = 3
    let setbacks = 2
    private let readings = Atomic<Int64>(0)
    /// At which reading somebody is told.
    private let notice: (at: Int64, event: EventDescriptorBox)?

    init(columns: Int = 1, notice: (at: Int64, event: EventDescriptorBox)? = nil) {
        columnCount = columns
        self.notice = notice
    }

    var count: Int64 { readings.load(ordering: .relaxed) }

    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        let count = readings.wrappingAdd(1, ordering: .relaxed).newValue
        for column in offset..<offset + columnCount { row[column] = count }
        if let notice, notice.at == count { notice.event.event.set() }
        return .ok
    }
}

/// An event that several objects refer to.
final class EventDescriptorBox: Sendable {
    let event: EventDescriptor

    init() throws {
        event = try EventDescriptor()
    }

    /// Waits until something is so, which whoever sets the event has made so.
    func wait(fileID: String = #fileID, line: Int = #line, until isSo: () -> Bool) throws {
        try awaited(fileID: fileID, line: line, pausing: { event.wait(timeout: $0) }) { isSo() ? () : nil }
    }
}

/// A source that notes where it is read.
final class PlaceSource: Source {
    let backend = SourceBackend.perfEvent
    let columnCount = 1
    private let place = Atomic<Int32>(-1)
    private let count = Atomic(0)

    var cpu: Int32 { place.load(ordering: .relaxed) }
    var readings: Int { count.load(ordering: .relaxed) }

    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        place.store(cpu_of_this_thread(), ordering: .relaxed)
        count.add(1, ordering: .relaxed)
        row[offset] = 1
        return .ok
    }

    static let canBeMoved: Bool = {
        let policy = Mutex(SchedulingPolicy.other)
        try? NamedThread(name: "policy") { policy.withLock { $0 = SchedulingPolicy.raiseCallingThread() } }.join()
        return policy.withLock { $0 } == .fifo && sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1
    }()
}

/// A source that answers with a status from a certain reading on, and with 7 before.
final class DyingSource: Source {
    let backend = SourceBackend.perfEvent
    let columnCount = 2
    private let readings = Atomic<Int>(0)
    private let lives: Int
    private let status: SourceStatus

    init(after lives: Int, as status: SourceStatus) {
        self.lives = lives
        self.status = status
    }

    var count: Int { readings.load(ordering: .relaxed) }

    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        let isAlive = readings.wrappingAdd(1, ordering: .relaxed).oldValue < lives
        row[offset] = isAlive ? 7 : absentValue
        row[offset + 1] = 7
        return isAlive ? .ok : status
    }
}

/// Has no value at its first reading.
final class LateSource: Source {
    let backend = SourceBackend.rapl
    let columnCount = 1
    private let readings = Atomic<Int64>(0)

    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        let count = readings.wrappingAdd(1, ordering: .relaxed).newValue
        row[offset] = count == 1 ? absentValue : count
        return count == 1 ? .failed : .ok
    }
}

extension MonotonicInstant {
    /// Long before any clock of a running machine, so that no heartbeat falls due.
    static func milliseconds(_ count: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: count * 1_000_000) }
}

extension FrameBlock {
    /// Rows as arrays: time in milliseconds, then the values.
    var table: [[Int64]] {
        (0..<count).map { row in
            [instant(at: row).nanoseconds / 1_000_000] + (0..<columnCount).map { value(row: row, column: $0) }
        }
    }
}

/// Notes by which threads it is read, and tells when that was not the one that made it.
final class NameSource: Source {
    let backend = SourceBackend.perfEvent
    let columnCount = 0
    private let seen = Mutex<Set<String>>([])
    private let event: EventDescriptorBox
    private let creator = pthread_self()

    init(event: EventDescriptorBox) {
        self.event = event
    }

    var names: Set<String> { seen.withLock { $0 } }

    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        let name = try? PseudoFile.readText("/proc/thread-self/comm")
        seen.withLock { _ = $0.insert(name ?? "") }
        if pthread_self() != creator { event.event.set() }
        return .ok
    }
}
