import Analysis
import Measurement
import Runs

/// `/compare?run=…&run=…`: two or more runs beside each other.
package struct ComparePage: Sendable {
    let runs: [RunFigures]
    private let comparison: RunComparison

    /// More columns nobody can read.
    package static let maximumRuns = 8

    package init(_ runs: [Run], now: MonotonicInstant) {
        let figures = runs.map { RunFigures($0, now: now) }
        self.runs = figures
        comparison = RunComparison(
            figures.map { figures in
                ComparedRun(
                    totals: figures.totals, energy: figures.energy, attribution: figures.run.attribution,
                    reasonForNo: figures.reason(forNo:))
            })
    }

    package func document(_ site: Site) -> Document {
        Document(
            title: "Comparison", section: nil, script: "compare", drawsCharts: true,
            body: """
                <p class="crumbs"><a href="/">Runs</a></p>
                <h1>Comparison</h1>
                \(runs.count < 2 ? Self.tooFew : content)
                \(if: !site.hasChartLibrary, RunPage.libraryHint)
                """)
    }

    private static let tooFew: HTML = """
        <p>A comparison takes two runs or more: tick them in the <a href="/">list</a>, then choose “Compare the chosen”.</p>
        """

    private var content: HTML {
        """
        \(ComparisonNotes(runs.map(\.run)).html)
        \(table)
        <section aria-labelledby="charts-title">
        <h2 id="charts-title">Power, aligned at the start</h2>
        <figure id="charts" class="charts">
        \(runs.enumerated().map(picture))
        </figure>
        </section>
        """
    }

    private func picture(_ index: Int, _ figures: RunFigures) -> HTML {
        let path = "/runs/\(figures.run.id.description)"
        return """
            <div class="one" data-series="\(path)/series" data-name="\(index + 1): \(figures.title)"><h3>\(index + 1): \(figures.title)</h3>
            <img class="picture" src="\(path)/power.svg" alt="Power of run \(index + 1) over time; the table says the totals."></div>

            """
    }

    private var table: HTML {
        """
        <section aria-labelledby="totals-title">
        <h2 id="totals-title">Totals</h2>
        <div class="wide" role="group" aria-label="Totals of the runs" tabindex="0">
        <table class="comparison">
        <caption>Differences are to the first run. Grey where a difference is within what both totals may be off.</caption>
        <thead><tr><th scope="col">Quantity</th>\(runs.enumerated().map(head))</tr></thead>
        <tbody>
        <tr><th scope="row">outcome</th>\(runs.map { "<td class=\"number\">\(RunStatus($0.run).html)</td>" as HTML })</tr>
        \(durations)
        \(ordered.map(row))
        </tbody>
        </table>
        </div>
        </section>
        """
    }

    private func head(_ index: Int, _ figures: RunFigures) -> HTML {
        """
        <th scope="col" class="number">\(index + 1): <a href="/runs/\(figures.run.id.description)">\(figures.title)</a></th>
        """
    }

    private var durations: HTML {
        let amounts = runs.map { figures in
            figures.elapsed.map {
                ComparedAmount.measured(.integer($0.wholeNanoseconds), .nanoseconds, uncertainty: nil)
            } ?? .absent(reason: figures.reasonForNothing ?? "the server died before the command ended")
        }
        let cells = amounts.enumerated().map { index, amount in
            cell(amount, index == 0 ? nil : AmountDifference(of: amount, to: amounts[0]))
        }
        return "<tr><th scope=\"row\">duration <small>from release to exit</small></th>\(cells)</tr>\n"
    }

    /// Energy first, then what of it goes to whom.
    private var ordered: [ComparedSeries] {
        let energy = comparison.rows.filter { $0.name.metric == Metric.consumedEnergy.name }
        let parts = comparison.rows.filter { $0.name.metric == Metric.attributedEnergy.name }
        return energy + parts + comparison.rows.filter { row in !(energy + parts).contains { $0.name == row.name } }
    }

    private func row(_ series: ComparedSeries) -> HTML {
        let cells = series.amounts.indices.map { index in
            cell(series.amounts[index], index == 0 ? nil : series.difference(at: index))
        }
        return "<tr><th scope=\"row\">\(ComparedLabel.html(series.name))</th>\(cells)</tr>\n"
    }

    private func cell(_ amount: ComparedAmount, _ difference: AmountDifference?) -> HTML {
        switch amount {
        case .absent(let reason):
            return "<td class=\"number none\" title=\"\(reason)\">not measured</td>"
        case .measured(let value, let unit, _):
            return """
                <td class="number">\(Quantity.amount(value, unit).html)\(difference.flatMap { DifferenceText.html($0, unit) })</td>
                """
        }
    }
}
