import Analysis
import Exposition
import Foundation
import GRDB
import HTTPServer
import Measurement
import Runs
import Testing

@testable import API
@testable import Storage

/// Pictures of stored frames.
@Suite struct SeriesTests {
    private let api: TestAPI

    init() throws {
        api = try TestAPI()
    }

    private static let origin = MonotonicInstant(nanoseconds: 1_000_000_000)
    private static let faults = Series(
        metric: Metric(name: "perf_software_PAGE_FAULTS", unit: .count), resource: .localMachine,
        consumer: .process(42))
    private static let energy = Series(
        metric: .consumedEnergy, resource: .cpuPackage(0), consumer: .localMachine, attributes: ["domain": "package"])
    private static let layout = SourceLayout(
        columnCount: 2,
        series: [
            SeriesColumn(series: faults, column: 0),
            SeriesColumn(series: energy, column: 1, divisor: 1e6, provesItselfByMoving: true),
        ])

    /// A frame each millisecond: 50 W, a page fault in each, and in the 700th a hundred more.
    private static func block(_ range: Range<Int64>) -> FrameBlock {
        var block = FrameBlock(columnCount: 2, capacity: range.count)
        for index in range {
            block.append(
                at: MonotonicInstant(nanoseconds: origin.nanoseconds + index * 1_000_000),
                values: [index + (index >= 700 ? 100 : 0), 9 + index * 50_000])
        }
        return block
    }

    /// A run of so many chunks of 100 ms.
    ///
    /// - Parameters:
    ///   - sums: how many chunks have sums beside them, two at a time.
    ///   - damaged: chunks that hold something else.
    private func run(
        chunks: Int64, state: RunState = .finished, sums: Int64 = 0, damaged: Range<Int64> = 0..<0
    ) throws -> Run {
        let createdAt = WallInstant(nanosecondsSinceEpoch: 1_715_722_129_000_000_000)
        var run = Run(
            id: RunID(createdAt: createdAt), specification: RunSpecification(command: .shell("true")),
            createdAt: createdAt)
        run.state = state
        run.startedAt = ClockAnchor(monotonic: Self.origin, wall: createdAt)
        run.opening = KeptFrame(lastOf: Self.block(0..<1))
        run.layout = Self.layout
        var (accumulator, stretches) = (RunAccumulator(layout: Self.layout), RunStretches(layout: Self.layout))
        let operations = (0..<chunks).map { index in
            let block = Self.block(index * 100..<index * 100 + 100)
            accumulator.add(block) { stretches.add($2, of: $0, until: $1) }
            return StoreOperation.append(
                damaged.contains(index) ? Self.damaged(block) : block, to: run.id,
                stretches: index < sums && index % 2 == 1 ? stretches.take() : nil)
        }
        try api.database.commit([.save(run)] + operations)
        return run
    }

    /// As many frames, but of another layout.
    private static func damaged(_ block: FrameBlock) -> FrameBlock {
        FrameBlock(columnCount: 1, rows: (0..<block.count).flatMap { [block.instant(at: $0).nanoseconds, 0] })
    }

    private func picture(_ run: Run, _ change: (inout PictureRequest) -> Void = { _ in }) throws -> RunPicture {
        var request = PictureRequest()
        change(&request)
        return try PictureReader.picture(of: run, request, in: api.database)
    }

    @Test func `fewer samples than points are shown as they are`() throws {
        let picture = try picture(run(chunks: 5))
        #expect(picture.edges == (1..<500).map { .milliseconds($0) })
        let power = try #require(picture.series.first { $0.series == Self.energy })
        #expect(power.points.allSatisfy { $0.map { abs($0.mean - 50) < 1e-9 && $0.minimum == $0.maximum } ?? false })
    }

    @Test(arguments: [1, 2, 5, 7, 19, 150, 999])
    func `all views of a run add up to the same total and show its spike`(points: Int) throws {
        let picture = try picture(run(chunks: 10)) { $0.points = points }
        #expect(picture.edges.count <= points && picture.end == .milliseconds(999))
        let faults = picture.series[0].points
        let lengths = zip([.zero] + picture.edges, picture.edges).map { ($1 - $0).inSeconds }
        let total = zip(faults, lengths).reduce(0) { $0 + ($1.0?.mean ?? 0) * $1.1 }
        #expect(abs(total - 1099) < 1e-6)
        #expect(faults.compactMap { $0?.maximum }.max() == 101_000)
    }

    @Test func `of a long span whole chunks are shown`() throws {
        let run = try run(chunks: 300)
        let picture = try picture(run) { ($0.from, $0.to, $0.points) = (.milliseconds(130), .milliseconds(29_950), 50) }
        #expect(picture.start == .milliseconds(99) && picture.end == .milliseconds(29_999))
        #expect(
            picture.edges.count == 50 && picture.edges.allSatisfy { $0.wholeNanoseconds % 100_000_000 == 99_000_000 })
        let lengths = zip([picture.start] + picture.edges, picture.edges).map { ($1 - $0).inSeconds }
        let total = zip(picture.series[0].points, lengths).reduce(0) { $0 + ($1.0?.mean ?? 0) * $1.1 }
        #expect(abs(total - 30_000) < 1e-6)
        #expect(picture.series[0].points.filter { ($0?.maximum ?? 0) > 1001 }.count == 1)
    }

    @Test(arguments: [500, 493])
    func `a long span is shown from sums, as from frames, and frames are not read`(sums: Int64) throws {
        let last = sums / 2 * 2
        let (frames, summed) = (try run(chunks: 500), try run(chunks: 500, sums: sums, damaged: 0..<last - 1))
        let change = { (request: inout PictureRequest) in (request.from, request.points) = (.milliseconds(250), 60) }
        let (one, other) = (try picture(frames, change), try picture(summed, change))
        #expect(other.damages.isEmpty && other.start == .milliseconds(199) && other.end == .milliseconds(49_999))
        #expect(other.edges.count == 60 && other.edges.allSatisfy { $0.wholeNanoseconds % 100_000_000 == 99_000_000 })
        func totals(_ picture: RunPicture) -> [Double] {
            let lengths = zip([picture.start] + picture.edges, picture.edges).map { ($1 - $0).inSeconds }
            return picture.series.map { zip($0.points, lengths).reduce(0) { $0 + ($1.0?.mean ?? 0) * $1.1 } }
        }
        for (frames, sums) in zip(totals(one), totals(other)) { #expect(abs(frames - sums) < 1e-6) }
        for (frames, sums) in zip(one.series, other.series) {
            #expect(frames.series == sums.series)
            #expect(frames.points.compactMap { $0?.maximum }.max() == sums.points.compactMap { $0?.maximum }.max())
        }
    }

    @Test func `a damaged chunk costs resolution and is told`() throws {
        let run = try run(chunks: 10, damaged: 3..<4)
        let picture = try picture(run) { $0.points = 20 }
        let damage = try #require(picture.damages.first)
        #expect(picture.damages.count == 1 && damage.reason.contains("chunk 3"))
        #expect(damage.start == .milliseconds(299) && damage.end == .milliseconds(399))
        let lengths = zip([.zero] + picture.edges, picture.edges).map { ($1 - $0).inSeconds }
        let total = zip(picture.series[0].points, lengths).reduce(0) { $0 + ($1.0?.mean ?? 0) * $1.1 }
        #expect(abs(total - 1099) < 1e-6, "the counters have gone on")
        guard case .bytes(let bytes) = ErgometerAPI.series(try self.picture(run), of: run).body else {
            return #expect(Bool(false), "no document")
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"damages\":[\n{\"reason\":\"chunk 3"))
        let drawn = PowerPicture(picture, title: "x")
        #expect(drawn.note?.contains("damaged") == true)
    }

    @Test func `chunks that are damaged alike are told as one, what is outside not, and the end is not known`() throws {
        let run = try run(chunks: 10, damaged: 7..<10)
        let picture = try picture(run) { $0.points = 20 }
        let damage = try #require(picture.damages.first)
        #expect(picture.damages.count == 1 && damage.reason.hasSuffix("The next 2 are damaged too."))
        #expect(damage.start == .milliseconds(699) && damage.end == .milliseconds(999))
        let note = try #require(PowerPicture(picture, title: "x").note)
        #expect(note.contains("nothing is known") && !note.contains("only the mean"))
        let other = try self.picture(self.run(chunks: 10, damaged: 3..<4)) { $0.from = .milliseconds(450) }
        #expect(other.damages.isEmpty)
    }

    @Test func `neighbours that are damaged in different ways are told apart`() throws {
        let run = try run(chunks: 10, damaged: 3..<4)
        try api.database.pool.write { try $0.execute(sql: "UPDATE chunks SET data = x'00' WHERE ordinal = 4") }
        let damages = try picture(run) { $0.points = 20 }.damages
        #expect(damages.map(\.start) == [.milliseconds(299), .milliseconds(399)])
    }

    @Test func `sums of the end are not used when the run was interrupted`() throws {
        let run = try run(chunks: 500, sums: 500, damaged: 498..<499)
        var interrupted = run
        interrupted.outcome = .interrupted
        #expect(try picture(run) { $0.points = 60 }.damages.isEmpty)
        #expect(try picture(interrupted) { $0.points = 60 }.damages.count == 1)
    }

    @Test(arguments: [0..<1, 0..<2] as [Range<Int64>])
    func `where the first chunks are damaged the opening frame says what was before`(damaged: Range<Int64>) throws {
        let picture = try picture(run(chunks: 10, damaged: damaged)) { $0.points = 20 }
        let lengths = zip([.zero] + picture.edges, picture.edges).map { ($1 - $0).inSeconds }
        let totals = picture.series.map { zip($0.points, lengths).reduce(0) { $0 + ($1.0?.mean ?? 0) * $1.1 } }
        #expect(abs(totals[0] - 1099) < 1e-6 && abs(totals[1] - 49.95) < 1e-6)
        #expect(picture.series[1].points.first??.mean == picture.series[1].points.last??.mean)
    }

    @Test(arguments: ["/runs/{id}/series", "/runs/{id}/power.svg"])
    func `who has a picture of a run that is over is told so at once`(pattern: String) throws {
        func reply(_ run: Run, _ tag: String?, _ query: [(name: String, value: String)] = []) throws -> HTTPResponse? {
            let request = HTTPRequest(
                method: .get, path: pattern, query: query, headers: tag.map { ["If-None-Match": $0] } ?? [:],
                pathParameters: ["id": run.id.description])
            if case .now(let response) = try api.reply(.get, pattern, request) { return response }
            return nil
        }
        let run = try run(chunks: 1)
        #expect(try reply(run, nil) == nil, "it has yet to be made")
        let known = try #require(try reply(run, "*"))
        #expect(known.status == .notModified)
        let tag = try #require(known.headers["ETag"])
        #expect(try reply(run, tag)?.status == .notModified)
        #expect(try reply(run, tag, [("from", "10ms")]) == nil, "another section is another picture")
        #expect(try reply(self.run(chunks: 1, state: .running), "*") == nil, "there may be more by now")
        var other = run
        other.outcome = .interrupted
        try api.database.commit([.save(other)])
        #expect(try reply(other, tag) == nil, "it has ended otherwise")
        other.closing = run.opening
        try api.database.commit([.save(other)])
        #expect(try reply(other, "*") == nil, "its last frames were refused")
    }

    @Test(arguments: [1, 10, 40, 1000])
    func `a section shows what the whole shows there`(points: Int) throws {
        let run = try run(chunks: 10)
        let section = try picture(run) {
            ($0.from, $0.to, $0.points) = (.milliseconds(650), .milliseconds(750), points)
        }
        #expect(section.start == .milliseconds(650) && section.end == .milliseconds(750))
        #expect(section.edges.count == min(points, 100))
        let faults = section.series[0].points
        let mean = faults.reduce(0) { $0 + ($1?.mean ?? 0) } / Double(faults.count)
        #expect(abs(mean - 2000) < 1e-6)
        #expect(faults.map { ($0?.maximum ?? 0) > 1001 }.filter(\.self).count == 1)
    }

    @Test func `a counter that rests is 0 in a section, for it has begun to count before`() throws {
        let layout = SourceLayout(
            columnCount: 1,
            series: [SeriesColumn(series: Self.energy, column: 0, provesItselfByMoving: true)])
        var run = try run(chunks: 0, state: .running)
        run.layout = layout
        func block(_ range: Range<Int64>) -> FrameBlock {
            var block = FrameBlock(columnCount: 1, capacity: range.count)
            for index in range {
                block.append(
                    at: MonotonicInstant(nanoseconds: Self.origin.nanoseconds + index * 1_000_000),
                    values: [index < 10 ? index : 10])
            }
            return block
        }
        run.opening = KeptFrame(lastOf: block(0..<1))
        try api.database.commit([.save(run)] + (0..<9).map { .append(block($0 * 100..<$0 * 100 + 100), to: run.id) })
        let section = try picture(run) { $0.from = .milliseconds(500) }
        #expect(section.series[0].points.allSatisfy { $0?.mean == 0 })
    }

    @Test func `behind the end there is nothing, and of a run that waits nothing at all`() throws {
        let picture = try picture(run(chunks: 2)) { $0.from = .seconds(5) }
        #expect(picture.edges.isEmpty && picture.start == .seconds(5))
        let queued = try api.store(RunSpecification(command: .shell("true")))
        #expect(try self.picture(queued).series.isEmpty)
    }

    @Test func `the document has a number for each point, null for what was not measured`() throws {
        var run = try run(chunks: 2)
        run.summary = RunSummary()
        run.summary?.totals = [
            SeriesTotal(series: Self.faults, result: .measured(.integer(199)), coverage: nil),
            SeriesTotal(series: Self.energy, result: .unavailable(reason: "it \"stood\" still"), coverage: nil),
        ]
        guard case .bytes(let bytes) = ErgometerAPI.series(try self.picture(run), of: run).body else {
            return #expect(Bool(false), "no document")
        }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let series = try #require(object["series"] as? [[String: Any]])
        #expect(object["points"] as? Int == 199 && (object["seconds"] as? [Double])?.last == 0.199)
        #expect(series.count == 1 && series[0]["unit"] as? String == "1/s" && series[0]["coverage"] == nil)
        #expect((series[0]["mean"] as? [Double])?.count == 199)
        let unavailable = try #require((object["unavailable"] as? [[String: Any]])?.first)
        #expect(unavailable["reason"] as? String == "it \"stood\" still" && unavailable["unit"] as? String == "W")
    }

    @Test(arguments: [
        ("points", "0"), ("points", "4001"), ("from", "1"), ("to", "0s"), ("metric", "no_such"),
        ("metric", "perf_software_PAGE_FAULTS,no_such"),
    ])
    func `what cannot be shown is refused`(name: String, value: String) throws {
        let run = try run(chunks: 1)
        let request = HTTPRequest(
            method: .get, path: "/", query: [(name, value)], pathParameters: ["id": run.id.description])
        let problem = #expect(throws: HTTPProblem.self) { try api.reply(.get, "/runs/{id}/series", request) }
        #expect(problem?.status == (name == "metric" ? .notFound : .badRequest))
    }

    @Test func `a metric that is named comes alone`() throws {
        let picture = try picture(run(chunks: 1)) { $0.metrics = ["rapl_consumed_energy"] }
        #expect(picture.series.map(\.series) == [Self.energy])
    }
}
