import Analysis
import Foundation
import Measurement
import Testing

@testable import Exposition

/// The pictures that the server draws.
@Suite struct PowerSVGTests {
    private static func energy(_ domain: String, _ resource: Resource = .cpuPackage(0)) -> Series {
        Series(
            metric: .consumedEnergy, resource: resource, consumer: .localMachine, attributes: ["domain": domain])
    }

    private static let clock = Series(
        metric: Metric(name: "perf_software_TASK_CLOCK", unit: .nanoseconds), resource: .localMachine,
        consumer: .process(42))

    /// Ten points of 100 ms, the sixth without a measurement.
    private static func points(_ watts: Double) -> [SeriesPoint?] {
        (0..<10).map { index in
            let mean = watts + Double(index % 3) * 4
            return index == 5 ? nil : SeriesPoint(minimum: mean - 3, mean: mean, maximum: mean + 5)
        }
    }

    private static func picture(
        _ series: [ReducedSeries], unavailable: [(series: Series, reason: String)] = []
    ) -> RunPicture {
        RunPicture(edges: (1...10).map { .milliseconds(100 * $0) }, series: series, unavailable: unavailable)
    }

    private static let measured = picture([
        ReducedSeries(series: energy("package"), points: points(40)),
        ReducedSeries(series: energy("dram", .dram(0)), points: points(5)),
        ReducedSeries(series: clock, points: points(1)),
    ])

    private func svg(_ picture: RunPicture, title: String = "nightly build") -> String {
        String(
            decoding: PowerSVG.document(PowerPicture(picture, title: title), width: 900, height: 320), as: UTF8.self)
    }

    /// To accept a change after having looked at it: run with `ACCEPT_PICTURES=1`.
    @Test(arguments: ["power", "spark"])
    func `the picture is the one that was looked at`(name: String) throws {
        let picture = PowerPicture(Self.measured, title: "nightly build")
        let drawn =
            name == "power"
            ? PowerSVG.document(picture, width: 900, height: 320) : PowerSpark.document(picture, width: 120, height: 24)
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Pictures/\(name).svg")
        if ProcessInfo.processInfo.environment["ACCEPT_PICTURES"] != nil { try Data(drawn).write(to: file) }
        #expect(try Data(contentsOf: file) == Data(drawn))
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\"'&<>]]>", "a\u{0}\u{8}\u{B}b\u{FFFE}", "\u{202E}gnp.exe", "&#60;",
        "e\u{301}\u{1F469}",
        String(repeating: "W", count: 5000), "-->", "<!--", "<![CDATA[", "",
    ])
    func `a hostile name stays text`(name: String) throws {
        for document in [
            svg(Self.measured, title: name), svg(Self.picture([]), title: name),
            String(
                decoding: PowerSpark.document(PowerPicture(Self.measured, title: name), width: 120, height: 24),
                as: UTF8.self),
        ] {
            let elements = Elements()
            let parser = XMLReader(document, elements)
            #expect(parser.isWellFormed, "\(parser.problem)")
            #expect(elements.names.isDisjoint(with: ["script", "image", "a", "foreignObject", "use"]))
            #expect(!document.contains("href") && !document.contains("url(") && !document.contains("\u{202E}"))
        }
    }

    @Test func `without energy it says why, and draws busy CPUs`() {
        let picture = Self.picture(
            [ReducedSeries(series: Self.clock, points: Self.points(1))],
            unavailable: [(Self.energy("package"), "its counter stood still")])
        let document = svg(picture)
        #expect(document.contains(">No energy: its counter stood still. Shown are busy CPUs.</text>"))
        #expect(document.contains(">Busy CPUs</text>") && document.contains("class=\"line c0\""))
    }

    @Test func `without any measurement there are words, and no axis`() {
        let document = svg(RunPicture())
        #expect(document.contains("Nothing has been measured here") && !document.contains("class=\"axis\""))
        let series = [ReducedSeries(series: Self.energy("package"), points: Array(repeating: nil, count: 10))]
        #expect(!svg(Self.picture(series)).contains("class=\"axis\""))
    }

    @Test func `extremes beyond all reason do not press the lines to the ground, and are told`() {
        var points = Self.points(40)
        points[3] = SeriesPoint(minimum: 0, mean: 50, maximum: 4000)
        let document = svg(Self.picture([ReducedSeries(series: Self.energy("package"), points: points)]))
        #expect(document.contains(">Power in W (extremes up to 4000 are cut off)</text>"))
        #expect(document.contains(">100</text>") && !document.contains(">1000</text>"))
    }

    @Test func `the words say the totals`() {
        let picture = PowerPicture(Self.measured, title: "x")
        #expect(picture.description.contains("Power from 0 s to 1.00 s after the start."))
        #expect(picture.description.contains("package: 38.8 J, 43.1 W on average, between 37.0 W and 53.0 W."))
        #expect(picture.description.contains("DRAM: 7.30 J"))
    }

    @Test func `a gap in the measurements is a gap in the line`() throws {
        let space = ChartSpace(left: 0, top: 0, width: 100, height: 100, times: 0...1, highest: 100)
        let times = (0...10).map { Double($0) / 10 }
        let path = ChartPath(Self.points(40), times: times, in: space)
        #expect(path.line == "M0,60H10V56H20V52H30V60H40V56H50M60,60H70V56H80V52H90V60H100")
        #expect(path.band.filter { $0 == "Z" }.count == 2)
    }

    @Test(arguments: [
        (0.0...1.0, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (0...53, 4, ["0", "20", "40"]),
        (1.23...1.26, 3, ["1.23", "1.24", "1.25", "1.26"]), (0...0, 3, ["0"]),
        (0...3e9, 3, ["0", "1000000000", "2000000000", "3000000000"]), (0...Double.infinity, 3, []),
        (0...1e-307, 3, ["0"]),
        (1e300...1e300 * (1 + 1e-15), 3, []),
    ])
    func `marks are round`(range: ClosedRange<Double>, count: Int, texts: [String]) {
        let ticks = RoundTicks(range, count: count)
        #expect(ticks.values.map(ticks.text) == texts)
    }

    @Test(arguments: [
        (0, "0"), (0.012345, "0.0123"), (0.5, "0.500"), (1.234, "1.23"), (12.34, "12.3"), (99.96, "100"),
        (123.4, "123"), (123_456, "123456"), (-2.5, "-2.50"),
    ])
    func `numbers for people have three digits that count`(value: Double, text: String) {
        #expect(DecimalText.rough(value) == text)
    }
}
