import Analysis
import Measurement

extension Run {
    /// What its rows are made of: of a run that is over, the series that have a total. The others stood still because
    /// they were stopped, and would say 0; the total says why there is none.
    package var publishedLayout: SourceLayout? {
        guard let layout, state == .finished, let totals = summary?.totals else { return layout }
        let missing = Set(totals.filter(\.isUnavailable).map(\.series))
        guard !missing.isEmpty else { return layout }
        return SourceLayout(
            columnCount: layout.columnCount, series: layout.series.filter { !missing.contains($0.series) },
            attributions: layout.attributions?.filter { columns in
                columns.parts.allSatisfy { !missing.contains(columns.series(of: $0)) }
            })
    }
}

extension SeriesTotal {
    fileprivate var isUnavailable: Bool {
        if case .unavailable = result { true } else { false }
    }
}
