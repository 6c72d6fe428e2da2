import Analysis
import Measurement
import Runs

/// What was counted of the run and of the machine, each with what it means.
struct CounterTable {
    private let figures: RunFigures

    init(_ figures: RunFigures) {
        self.figures = figures
    }

    private var totals: [SeriesTotal] { figures.totals.filter { $0.series.metric.unit != .joules } }

    var html: HTML {
        """
        <section aria-labelledby="counters-title">
        <h2 id="counters-title">Counters</h2>
        \(totals.isEmpty ? nothing : table)
        </section>
        """
    }

    private var nothing: HTML {
        "<p class=\"none\">\(figures.run.state == .finished ? "Nothing was counted." : "Nothing yet.")</p>"
    }

    private var table: HTML {
        """
        <div class="wide" role="group" aria-labelledby="counters-title" tabindex="0">
        <table class="narrow">
        <caption>From the command’s first instruction to its exit, threads and descendants included.</caption>
        <thead><tr><th scope="col">Quantity</th><th scope="col" class="number">Total</th>\
        <th scope="col" class="number">Mean rate</th><th scope="col" class="number">Coverage</th>\
        <th scope="col">Of</th></tr></thead>
        <tbody>
        \(totals.map(row))
        </tbody>
        </table>
        </div>
        \(meanings)
        """
    }

    private func row(_ total: SeriesTotal) -> HTML {
        let head: HTML = "<th scope=\"row\" title=\"\(total.series.label)\">\(SeriesName.event(total.series))</th>"
        guard case .measured(let value) = total.result else {
            return "<tr>\(head)<td colspan=\"4\" class=\"none\">\(reason(total.result))</td></tr>\n"
        }
        let unit = total.series.metric.unit
        let seconds = figures.measured?.inSeconds ?? 0
        return """
            <tr>\(head)<td class="number">\(Quantity.amount(value, unit).html)</td>\
            <td class="number">\(if: seconds > 0, Quantity.rate(value.asDouble / seconds, unit).html)</td>\
            <td class="number">\(coverage(total.coverage))</td><td>\(owner(total.series))</td></tr>

            """
    }

    private func reason(_ result: SeriesTotal.Result) -> String {
        if case .unavailable(let reason) = result { "not measured: \(reason)" } else { "" }
    }

    /// Below 1 the kernel shared the counter out, and the total is an estimate.
    private func coverage(_ share: Double?) -> HTML {
        guard let share else { return "<span class=\"none\" title=\"it always runs\">always</span>" }
        let text = Quantity.percent(share).html
        return share < 1 ? "<strong>\(text)</strong> <small>scaled</small>" : text
    }

    private func owner(_ series: Series) -> String {
        series.consumer == .localMachine ? SeriesName.place(series.resource) : "the run"
    }

    /// The quantities of this table by kind.
    private var meanings: HTML {
        let kinds = MetricDescription.all.filter { kind in totals.contains { kind.describes($0.series.metric) } }
        return """
            <details id="meanings"><summary>What these numbers are, and when they mislead</summary>
            <dl class="meanings">
            \(kinds.map(meaning))
            </dl></details>
            """
    }

    private func meaning(_ kind: MetricDescription) -> HTML {
        """
        <dt><code>\(kind.pattern)</code></dt>
        <dd>\(Prose.html(kind.meaning)) Source: \(Prose.html(kind.source)). Resolution: \(Prose.html(kind.resolution)).
        Uncertainty: \(Prose.html(kind.uncertainty)). Misleads \(Prose.html(kind.lies)).</dd>

        """
    }
}
