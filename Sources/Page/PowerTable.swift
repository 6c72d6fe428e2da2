import Analysis
import Measurement

/// What each domain draws, from the sampler's heartbeats: once a second.
struct PowerTable {
    let power: PowerHistory
    let idlePowers: [Series: IdlePower]
    /// Told where there is nothing else to tell.
    let domains: [DomainCapability]

    var html: HTML {
        """
        <section aria-labelledby="power-title" id="power" data-live>
        <h2 id="power-title">Power</h2>
        \(power.domains.isEmpty ? nothing : table)
        </section>
        """
    }

    private var nothing: HTML {
        let reasons = domains.compactMap(\.availability.obstacle).map(\.sentence)
        let why = reasons.first ?? "no domain of energy can be read here"
        return "<p class=\"none\">Not measured: \(why).</p>"
    }

    private var table: HTML {
        """
        <div class="wide" role="group" aria-label="Power by domain" tabindex="0">
        <table>
        <caption>Domains overlap (pp0 is part of package, platform holds all): they are not to be added up.</caption>
        <thead><tr><th scope="col">Domain</th><th scope="col" class="number">Now</th>\
        <th scope="col" class="number">Last minute</th><th scope="col" class="number">Idle</th>\
        <th scope="col">The last \(minutes), up to <span class="unseen">the maximum</span></th></tr></thead>
        <tbody>\(power.domains.map(row))</tbody>
        </table>
        </div>
        """
    }

    private var minutes: String {
        let minutes = Int((power.span.inSeconds / 60).rounded())
        return minutes < 2 ? "\(max(1, Int(power.span.inSeconds))) s" : "\(minutes) min"
    }

    private func row(_ domain: DomainPower) -> HTML {
        let name = domain.series.attributes["domain"] ?? ""
        let idle = idlePowers[domain.series]
        return """
            <tr><th scope="row">\(SeriesName.domain(name, on: domain.series.resource)) <small>\(SeriesName.meaning(ofDomain: name))</small></th>\
            <td class="number strong">\(watts(domain.now))</td>\
            <td class="number">\(watts(domain.mean(over: .seconds(60))))</td>\
            <td class="number">\(idle.map { Quantity.watts($0.watts).html } ?? "<span class=\"none\">not known yet</span>")</td>\
            <td class="history">\(PowerSpark(domain).html) \(watts(domain.maximum))</td></tr>

            """
    }

    private func watts(_ watts: Double?) -> HTML {
        watts.map { Quantity.watts($0).html } ?? "<span class=\"none\">not measured</span>"
    }
}
