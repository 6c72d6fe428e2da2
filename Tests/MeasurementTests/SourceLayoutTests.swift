import Measurement
import Testing

@Suite struct SourceLayoutTests {
    private func column(_ name: String, at column: Int, coverage: CoverageColumns? = nil) -> SeriesColumn {
        SeriesColumn(
            series: Series(
                metric: Metric(name: name, unit: .count), resource: .localMachine, consumer: .localMachine),
            column: column, multiplier: 3, divisor: 7, coverage: coverage, provesItselfByMoving: true)
    }

    @Test("layouts laid end to end keep their series, each behind the columns before it")
    func joined() {
        let energy = SourceLayout(columnCount: 2, series: [column("a", at: 1)])
        let times = CoverageColumns(enabled: 1, running: 2)
        let counters = SourceLayout(
            columnCount: 5, series: [column("b", at: 3, coverage: times), column("c", at: 4, coverage: times)])
        let joined = SourceLayout.joined([energy, counters, energy])
        let moved = CoverageColumns(enabled: 3, running: 4)
        #expect(joined.columnCount == 9)
        #expect(
            joined.series == [
                column("a", at: 1), column("b", at: 5, coverage: moved), column("c", at: 6, coverage: moved),
                column("a", at: 8),
            ])
    }

    @Test("nothing joined has no columns, and one layout stays as it is")
    func trivial() {
        let layout = SourceLayout(columnCount: 4, series: [column("a", at: 2)])
        #expect(SourceLayout.joined([]) == SourceLayout(columnCount: 0, series: []))
        #expect(SourceLayout.joined([layout]) == layout)
    }

    @Test("a column counts whole things unless it is scaled")
    func integers() {
        let plain = SeriesColumn(series: column("a", at: 0).series, column: 0)
        #expect(plain.isInteger)
        #expect(!column("a", at: 0).isInteger)
    }
}
