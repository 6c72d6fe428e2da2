import Foundation
import Measurement

/// A run as on the page that fixes the format: two perf events, three energy domains.
enum SampleRun {
    static let anchor = ClockAnchor(
        monotonic: MonotonicInstant(nanoseconds: 1_000),
        // 2024-05-14T21:28:49.416768909Z
        wall: WallInstant(nanosecondsSinceEpoch: 1_715_722_129_416_768_909))

    static let layout = SourceLayout(
        columnCount: 7,
        series: [
            event("perf_hardware_REF_CPU_CYCLES", column: 0, CoverageColumns(enabled: 2, running: 3)),
            event("perf_cache_LL_READ_MISS", column: 1, CoverageColumns(enabled: 2, running: 3)),
            energy("dram", .dram(0), column: 4), energy("pp0", .cpuPackage(0), column: 5),
            energy("platform", .localMachine, column: 6),
        ])

    /// The start, and three readings: the second without the counters, the third with them half of the time.
    /// `platform` never moves, as in a virtual machine.
    static let block: FrameBlock = {
        var block = FrameBlock(columnCount: 7, capacity: 4)
        func add(_ nanoseconds: Int64, _ values: [Int64]) {
            block.append(at: MonotonicInstant(nanoseconds: 1_000 + nanoseconds), values: values)
        }
        let absent = absentValue
        add(0, [0, 5, 0, 0, 1 << 40, 7, 0])
        add(100_000_000, [1_000, 5, 100, 100, (1 << 40) + 14_717, 7, 0])
        add(583_231_091, [absent, absent, absent, absent, (1 << 40) + 14_717, 94_695, 0])
        add(973_105_225, [3_000, 6, 500, 300, absent, 94_695, 0])
        return block
    }()

    private static func event(_ name: String, column: Int, _ coverage: CoverageColumns) -> SeriesColumn {
        SeriesColumn(
            series: Series(
                metric: Metric(name: name, unit: .count), resource: .localMachine, consumer: .process(728_039)),
            column: column, coverage: coverage)
    }

    private static func energy(_ domain: String, _ resource: Resource, column: Int) -> SeriesColumn {
        SeriesColumn(
            series: Series(
                metric: Metric(name: "rapl_consumed_energy", unit: .joules), resource: resource,
                consumer: .localMachine,
                attributes: ["domain": domain]),
            column: column, multiplier: 1.0 / 16384, provesItselfByMoving: true)
    }
}

/// Runs a program, gives it `input`, and returns its exit code and what it wrote to standard output and error.
func run(_ program: String, _ arguments: [String], input: [UInt8]) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let (standardInput, output) = (Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
    try standardInput.fileHandleForWriting.close()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
}

/// Whether a program is on PATH.
func isInstalled(_ program: String) -> Bool {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return directories.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
}
