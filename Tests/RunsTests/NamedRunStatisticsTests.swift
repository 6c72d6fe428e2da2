import Measurement
import Testing

@testable import Runs

@Suite struct NamedRunStatisticsTests {
    private func run(_ name: String?) -> Run {
        var specification = RunSpecification(command: .arguments(["true"]))
        specification.name = name
        let now = WallInstant(nanosecondsSinceEpoch: 0)
        var run = Run(id: RunID(createdAt: now), specification: specification, createdAt: now)
        run.outcome = .exited(code: 0)
        return run
    }

    private func counts(_ names: [String?], maximum: Int) -> [String: UInt64] {
        var statistics = NamedRunStatistics(maximumNames: maximum)
        for name in names { statistics.add(run(name)) }
        return statistics.byName.compactMapValues { $0.finished["exited"] }
    }

    @Test func `names beyond those allowed are added up as others`() {
        #expect(
            counts(["a", "b", "c", nil, "a", "d", "b", nil], maximum: 2) == ["a": 2, "b": 2, "other": 2, "": 2])
    }

    @Test func `a run that is called other takes no place of its own twice`() {
        #expect(counts(["other", "a", "b", "other"], maximum: 2) == ["other": 3, "a": 1])
    }

    @Test func `no names are told apart unless asked for`() {
        var statistics = NamedRunStatistics(maximumNames: 0)
        statistics.add(run("a"))
        #expect(statistics.byName.isEmpty)
    }

    @Test func `runs without a name are there from the start, so that no series is replaced by others`() {
        #expect(NamedRunStatistics(maximumNames: 1).byName.keys.sorted() == [""])
    }
}
