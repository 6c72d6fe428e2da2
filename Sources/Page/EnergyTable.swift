import Analysis
import Measurement
import Runs

/// The energy of each domain, and to whose account it goes.
struct EnergyTable {
    private let figures: RunFigures
    private let attribution: AttributionSummary?

    init(_ figures: RunFigures) {
        self.figures = figures
        attribution = figures.run.attribution
    }

    private var totals: [SeriesTotal] {
        figures.totals.filter {
            $0.series.metric.unit == .joules && $0.series.metric != .attributedEnergy
                && $0.series.consumer == .localMachine
        }
    }

    var html: HTML {
        """
        <section aria-labelledby="energy-title">
        <h2 id="energy-title">Energy</h2>
        \(totals.isEmpty ? "<p class=\"none\">Not measured: \(figures.reasonForNoEnergy).</p>" : table)
        \(attribution == nil ? nil : explanation)
        </section>
        """
    }

    private var table: HTML {
        """
        <div class="wide" role="group" aria-labelledby="energy-title" tabindex="0">
        <table>
        <caption>Of the whole machine while the run lasted. Domains overlap (pp0 is part of package, platform holds all): they are not to be added up.</caption>
        <thead><tr><th scope="col">Domain</th><th scope="col" class="number">Energy</th>\
        <th scope="col" class="number">Uncertainty</th><th scope="col" class="number">Mean power</th>\
        <th scope="col" class="number">The run’s</th><th scope="col" class="number">Idle</th>\
        <th scope="col" class="number">Others’</th><th scope="col"><span class="unseen">Parts as a bar</span></th></tr></thead>
        <tbody>
        \(totals.map(row))
        </tbody>
        </table>
        </div>
        """
    }

    private func row(_ total: SeriesTotal) -> HTML {
        let name = total.series.attributes["domain"] ?? ""
        let head: HTML = """
            <th scope="row">\(SeriesName.domain(name, on: total.series.resource)) <small>\(SeriesName.meaning(ofDomain: name))</small></th>
            """
        guard case .measured(let value) = total.result else {
            return "<tr>\(head)<td colspan=\"7\" class=\"none\">\(reason(total.result))</td></tr>\n"
        }
        let domain = figures.energy?.domains.first { $0.domain == name && $0.resource == total.series.resource }
        let seconds = figures.measured?.inSeconds ?? 0
        return """
            <tr>\(head)<td class="number">\(Quantity.joules(value.asDouble).html)</td>\
            <td class="number">\(domain.map { "± \(Quantity.uncertainty($0.uncertaintyJoules).html)" as HTML } ?? "unknown")</td>\
            <td class="number">\(if: seconds > 0, Quantity.watts(value.asDouble / seconds).html)</td>\
            \(parts(attribution?.domains.first { $0.domain == name && $0.resource == total.series.resource }, of: value.asDouble))</tr>

            """
    }

    private func reason(_ result: SeriesTotal.Result) -> String {
        if case .unavailable(let reason) = result { "not measured: \(reason)" } else { "" }
    }

    private func parts(_ domain: AttributedDomain?, of whole: Double) -> HTML {
        guard let domain else {
            let why = figures.run.state == .finished ? "not known" : "when it has ended"
            return "<td colspan=\"4\" class=\"none\">\(why)</td>"
        }
        let bound: HTML = domain.idle == nil ? "≤ " : ""
        let unknown: HTML = "<span class=\"none\">not known</span>"
        return """
            <td class="number">\(bound)\(Quantity.joules(domain.runJoules).html) <small>± \(Quantity.uncertainty(domain.uncertaintyJoules).text)</small></td>\
            <td class="number">\(domain.parts[.idle].map { Quantity.joules($0).html } ?? unknown)</td>\
            <td class="number">\(domain.parts[.other].map { Quantity.joules($0).html } ?? unknown)</td>\
            <td>\(PartsBar(domain, of: whole).html)</td>
            """
    }

    private var explanation: HTML {
        """
        <details id="division">
        <summary>How the energy is divided</summary>
        <p>In each sampling interval, of each domain: what the domain draws when nobody uses the machine goes to <em>idle</em>
        (the idle power times the time, never more than was used). Of the rest the run gets the share that its CPU time has in
        the time that all CPUs were busy (\(attribution?.busyTimeSource ?? "")), and <em>others</em> get what is left. The three
        add up to the domain’s energy. Where the idle power is not known, only an upper bound can be told: the run’s share of all
        the energy.</p>
        <p>CPU time is not energy: a program that works a CPU harder than its neighbours gets too little, one that waits for
        memory too much, and work that devices do on its behalf is in <em>others</em> or <em>idle</em>.</p>
        \(idlePowers)
        \(attribution?.notes.map { "<p>\($0)</p>" as HTML } ?? [])
        </details>
        """
    }

    private var idlePowers: HTML? {
        let known =
            attribution?.domains.compactMap { domain in
                domain.idle.map {
                    "\(SeriesName.domain(domain.domain, on: domain.resource)) \(Quantity.watts($0.watts).text)"
                }
            } ?? []
        return known.isEmpty ? nil : "<p>Idle power: \(known.joined(separator: ", ")).</p>"
    }
}
