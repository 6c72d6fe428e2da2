import Accounting
import LinuxSystem
import Measurement
import PerfEvents
import RAPL
import Synchronization
import SystemPackage

/// What `doctor` and `events` look at: this machine, as a server started now would find it.
struct LocalSurvey {
    let perfEvents: PerfEventBackend
    private let sysfsRoot: String

    init(sysfsRoot: String) {
        self.sysfsRoot = sysfsRoot
        perfEvents = PerfEventBackend(sysfsRoot: sysfsRoot)
    }

    func capabilities() throws -> Capabilities {
        let inventory = RAPLInventory.discover(sysfsRoot: sysfsRoot)
        return CapabilitySurvey(
            inventory: inventory, perfEvents: perfEvents, samplingPolicy: try Self.samplingPolicy(),
            stillColumns: Self.stillColumns(of: inventory),
            busyTimeSource: inventory.available.isEmpty
                ? nil : CPUBusyTimeSource(sysfsRoot: sysfsRoot, mayTrace: false)?.origin.rawValue
        ).capabilities
    }

    /// Asks on a thread that is gone afterwards.
    private static func samplingPolicy() throws(Errno) -> SchedulingPolicy {
        let answer = PolicyAnswer()
        try NamedThread(name: "policy") { answer.policy.withLock { $0 = SchedulingPolicy.raiseCallingThread() } }.join()
        return answer.policy.withLock { $0 }
    }

    /// Long enough for a counter that moves about once a millisecond.
    private static let patience = Duration.milliseconds(50)

    /// Keeps a CPU busy for a moment and sees which counters do not move.
    private static func stillColumns(of inventory: RAPLInventory) -> Set<Int> {
        guard let source = inventory.makeSource() else { return [] }
        let before = values(of: source)
        let end = MonotonicInstant.now.advanced(by: patience)
        while MonotonicInstant.now < end {}
        let after = values(of: source)
        return Set(before.indices.filter { before[$0] == after[$0] })
    }

    private static func values(of source: RAPLSource) -> [Int64] {
        var row = [Int64](repeating: absentValue, count: source.columnCount)
        row.withUnsafeMutableBufferPointer { buffer in
            var span = MutableSpan(_unsafeElements: buffer)
            _ = source.read(into: &span, at: 0)
        }
        return row
    }
}

private final class PolicyAnswer: Sendable {
    let policy = Mutex(SchedulingPolicy.other)
}
