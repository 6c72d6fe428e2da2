import Analysis
import Exposition
import HTTPServer
import Measurement
import Runs
import Testing

@testable import API

/// What comes of stored frames.
@Suite struct MeasurementsStreamTests {
    private static let faults = series("perf_software_PAGE_FAULTS")
    private static let switches = series("perf_software_CONTEXT_SWITCHES")
    private static let opening = KeptFrame(instant: MonotonicInstant(nanoseconds: 1_000), values: [10, 0])

    private static func series(_ name: String) -> Series {
        Series(metric: Metric(name: name, unit: .count), resource: .localMachine, consumer: .process(42))
    }

    private static func run() -> Run {
        let createdAt = WallInstant(nanosecondsSinceEpoch: 1_715_722_129_000_000_000)
        var run = Run(
            id: RunID(createdAt: createdAt), specification: RunSpecification(command: .shell("true")),
            createdAt: createdAt)
        run.state = .running
        run.startedAt = ClockAnchor(monotonic: opening.instant, wall: createdAt)
        run.opening = opening
        run.layout = SourceLayout(
            columnCount: 2,
            series: [SeriesColumn(series: faults, column: 0), SeriesColumn(series: switches, column: 1)])
        return run
    }

    /// Frames a microsecond apart: the faults rise by 5 in each, the switches stand still.
    private func block(_ range: Range<Int64>) -> FrameBlock {
        var block = FrameBlock(columnCount: 2, capacity: range.count)
        for index in range {
            block.append(at: MonotonicInstant(nanoseconds: 1_000 + index * 1_000), values: [10 + index * 5, 0])
        }
        return block
    }

    private func rows(of run: Run, _ blocks: FrameBlock...) throws -> [String] {
        let api = try TestAPI()
        try api.database.commit([.save(run)] + blocks.map { .append($0, to: run.id) })
        let stream = MeasurementsStream(of: run, in: api.database, header: MeasurementsCSV.header()) {
            MeasurementsCSV(layout: $0, anchor: $1)
        }
        var text: [UInt8] = []
        try withUnsafeTemporaryAllocation(byteCount: 100, alignment: 1) { buffer in
            while case let count = try stream.read(into: buffer), count > 0 { text += buffer[..<count] }
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst().map(String.init)
    }

    private func values(_ series: Series, in rows: [String]) -> [Int] {
        rows.map { $0.split(separator: ";") }.filter { $0[0] == series.metric.name }.compactMap { Int($0[2]) }
    }

    @Test func `rows begin behind the opening frame, which is counted once`() throws {
        #expect(values(Self.faults, in: try rows(of: Self.run(), block(0..<3), block(3..<5))) == [5, 5, 5, 5])
    }

    @Test func `where the first chunk was lost its change is in the first row`() throws {
        #expect(values(Self.faults, in: try rows(of: Self.run(), block(3..<5))) == [15, 5])
    }

    @Test func `where the last frames were lost the last row has their change`() throws {
        var run = Self.run()
        run.closing = KeptFrame(lastOf: block(0..<9))
        #expect(values(Self.faults, in: try rows(of: run, block(0..<3))) == [5, 5, 30])
        #expect(values(Self.faults, in: try rows(of: run)) == [40], "also where all were lost")
    }

    @Test func `a counter that was stopped has no rows when the run is over`() throws {
        var run = Self.run()
        #expect(values(Self.switches, in: try rows(of: run, block(0..<2))) == [0], "nobody knows yet")
        run.state = .finished
        run.summary = RunSummary()
        run.summary?.totals = [
            SeriesTotal(series: Self.faults, result: .measured(.integer(5)), coverage: nil),
            SeriesTotal(series: Self.switches, result: .unavailable(reason: "it was stopped"), coverage: nil),
        ]
        let shown = try rows(of: run, block(0..<2))
        #expect(values(Self.switches, in: shown) == [] && values(Self.faults, in: shown) == [5])
    }

    @Test func `a run that was stored before opening frames were kept has the rows of its chunks`() throws {
        var run = Self.run()
        run.opening = nil
        #expect(values(Self.faults, in: try rows(of: run, block(3..<5))) == [5])
    }
}
