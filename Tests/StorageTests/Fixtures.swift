import Foundation
import Measurement
import Runs

@testable import Storage

/// A directory that lasts as long as a test.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/ergometer-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A page fault counter in column 0, energy in column 1.
let sampleLayout = SourceLayout(
    columnCount: 2,
    series: [
        SeriesColumn(
            series: Series(
                metric: Metric(name: "perf_software_PAGE_FAULTS", unit: .count), resource: .localMachine,
                consumer: .process(42)), column: 0),
        SeriesColumn(
            series: Series(
                metric: Metric(name: "rapl_consumed_energy", unit: .joules), resource: .cpuPackage(0),
                consumer: .localMachine, attributes: ["domain": "package"]), column: 1, divisor: 1000,
            provesItselfByMoving: true),
    ])

/// A run that was submitted some milliseconds after the first.
func sampleRun(_ milliseconds: Int64 = 0, name: String? = nil, labels: [String: String] = [:]) -> Run {
    let createdAt = WallInstant(nanosecondsSinceEpoch: 1_715_722_129_000_000_000 + milliseconds * 1_000_000)
    return Run(
        id: RunID(createdAt: createdAt),
        specification: RunSpecification(command: .arguments(["sleep", "1"]), name: name, labels: labels),
        createdAt: createdAt)
}

/// The same, under way: its frames begin at 1 s.
func runningRun(_ milliseconds: Int64 = 0) -> Run {
    var run = sampleRun(milliseconds)
    run.state = .running
    run.pid = 42
    run.layout = sampleLayout
    run.startedAt = ClockAnchor(monotonic: MonotonicInstant(nanoseconds: 1_000_000_000), wall: run.createdAt)
    return run
}

/// Frames every 100 ms from 1 s on.
func sampleBlock(_ range: Range<Int64>) -> FrameBlock {
    var block = FrameBlock(columnCount: 2, capacity: range.count)
    for index in range {
        block.append(
            at: MonotonicInstant(nanoseconds: 1_000_000_000 + index * 100_000_000), values: [index * 10, index * 6000])
    }
    return block
}

func randomBlock(rows: Int, columns: Int, in range: ClosedRange<Int64> = .min ... .max) -> FrameBlock {
    var block = FrameBlock(columnCount: columns, capacity: rows)
    for instant in (0..<rows).map({ _ in Int64.random(in: range) }).sorted() {
        block.append(
            at: MonotonicInstant(nanoseconds: instant),
            values: (0..<columns).map { _ in Int64.random(in: range) })
    }
    return block
}

/// The code of the error that `body` throws; nil when it throws none.
func code(_ body: () throws -> Void) -> StorageError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? StorageError)?.code
    }
}
