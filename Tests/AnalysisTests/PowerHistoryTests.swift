import Analysis
import Measurement
import Testing

@Suite struct PowerHistoryTests {
    private let layout = SourceLayout(
        columnCount: 2,
        series: [
            SeriesColumn(
                series: Series(
                    metric: .consumedEnergy, resource: .cpuPackage(0), consumer: .localMachine,
                    attributes: ["domain": "package"]),
                column: 0, divisor: 1e6, provesItselfByMoving: true),
            SeriesColumn(
                series: Series(metric: .cpuBusyTime, resource: .cpuPackage(0), consumer: .localMachine), column: 1),
        ])

    private func history(_ microjoules: [Int64], isDead: Bool = false) -> PowerHistory {
        var block = FrameBlock(columnCount: 2, capacity: 10)
        for (second, value) in microjoules.enumerated() {
            block.append(at: .init(nanoseconds: Int64(second) * 1_000_000_000), values: [value, 0])
        }
        return PowerHistory(heartbeats: block, layout: layout) { _ in isDead }
    }

    @Test func `power is the change between heartbeats`() throws {
        let history = history([5, 10_000_005, 30_000_005])
        #expect(history.domains.count == 1 && history.span == .seconds(2))
        let package = try #require(history.domains.first)
        #expect(package.points.map(\.watts) == [10, 20])
        #expect(package.points.map(\.age) == [.seconds(1), .zero])
        #expect(package.now == 20 && package.maximum == 20)
        #expect(package.mean(over: .seconds(60)) == 15 && package.mean(over: .seconds(1)) == 20)
    }

    @Test func `what was not read is missing and not 0`() throws {
        let package = try #require(history([0, 1_000_000, absentValue, 3_000_000, 2_000_000, 4_000_000]).domains.first)
        #expect(package.points.map(\.watts) == [1, nil, nil, nil, 2])
    }

    @Test func `a counter that has never moved measures nothing`() throws {
        let package = try #require(history([7, 7, 7], isDead: true).domains.first)
        #expect(package.now == nil && package.maximum == nil && package.mean(over: .seconds(60)) == nil)
        #expect(history([7, 7]).domains.first?.now == 0, "it has moved before: it rests")
        #expect(history([7]).domains.first?.points.isEmpty == true)
    }
}
