import Glibc
import LinuxSystem
import Measurement
import Synchronization
import TestSupport

@testable import PerfEvents
@testable import Runs

/// The counters of one command, launched as the engine does it: from a thread of its own, which opens them.
struct MeasuredLaunch: Sendable {
    /// Everything as it stood just before the launch.
    let rowBefore: [Int64]
    /// The same when the command had ended.
    let row: [Int64]
    let status: SourceStatus
    let outcome: Outcome
    let layout: SourceLayout
    let warnings: [String]

    static let inherited = InheritedLimits.ofThisProcess()

    /// - Parameters:
    ///   - preparation: what the launching thread does first of all.
    ///   - ownWork: what it does between opening the counters and the launch, and again after it.
    static func of(
        _ workload: [String], events: [String], preparation: @escaping @Sendable () -> Void = {},
        ownWork: @escaping @Sendable () -> Void = {}
    ) throws -> MeasuredLaunch {
        try onThread {
            preparation()
            return try MeasuredLaunch([Workload.path] + workload, events, ownWork)
        }
    }

    private init(_ command: [String], _ events: [String], _ ownWork: () -> Void) throws {
        let plan = try PerfEventBackend().plan(events: events)
        let source = try plan.open()
        let launcher = CommandLauncher(policy: .isolated(Self.inherited))
        ownWork()
        (rowBefore, _) = Self.read(source)
        let specification = RunSpecification(command: .arguments(command))
        let child = try launcher.launch(
            specification, cgroup: nil, streams: launcher.makeStreams(for: specification))
        ownWork()
        outcome = try child.reap().outcome
        (row, status) = Self.read(source)
        layout = source.layout(consumer: .process(child.pid))
        warnings = plan.warnings
    }

    private static func read(_ source: any Source) -> ([Int64], SourceStatus) {
        var row = [Int64](repeating: -1, count: source.columnCount)
        var status = SourceStatus.ended
        row.withUnsafeMutableBufferPointer { buffer in
            var span = MutableSpan(_unsafeElements: buffer)
            status = source.read(into: &span, at: 0)
        }
        return (row, status)
    }

    /// The total of an event by its metric's name and modifiers, such as `PAGE_FAULTS:u`.
    subscript(name: String) -> Int64? {
        column(name).map { row[$0.column] }
    }

    func column(_ name: String) -> SeriesColumn? {
        layout.series.first { column in
            let modifiers = column.series.attributes["modifiers"].map { ":\($0)" } ?? ""
            return column.series.metric.name + modifiers == "perf_software_\(name)"
        }
    }
}

/// Does something on a thread of its own and waits for its end.
func onThread<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) throws -> Answer {
    let answer = ThreadAnswer<Answer>()
    try NamedThread(name: "test") { answer.value.withLock { $0 = Result { try body() } } }.join()
    return try answer.value.withLock { $0! }.get()
}

private final class ThreadAnswer<Answer: Sendable>: Sendable {
    let value = Mutex<Result<Answer, any Error>?>(nil)
}

/// Touches so many fresh pages.
func touchPages(_ count: Int) {
    let size = count * 4096
    guard let pages = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) else { return }
    madvise(pages, size, Int32(MADV_NOHUGEPAGE))
    for page in 0..<count { pages.storeBytes(of: 1, toByteOffset: page * 4096, as: UInt8.self) }
    munmap(pages, size)
}
