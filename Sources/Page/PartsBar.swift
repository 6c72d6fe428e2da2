import Analysis
import Measurement

/// How a domain's energy divides, as a bar of 100 units: the run, others, idle. The cells beside it say it in numbers.
struct PartsBar {
    private let domain: AttributedDomain
    private let whole: Double

    init(_ domain: AttributedDomain, of whole: Double) {
        self.domain = domain
        self.whole = whole
    }

    var html: HTML? {
        guard whole > 0 else { return nil }
        let own = share(domain.runJoules)
        let others = share(domain.parts[.other] ?? 0)
        return """
            <svg class="parts" viewBox="0 0 100 8" preserveAspectRatio="none" width="100" height="8" aria-hidden="true">\
            <rect class="rest" width="100" height="8"/>\
            <rect class="others" x="\(text(own))" width="\(text(others))" height="8"/>\
            <rect class="\(domain.idle == nil ? "bound" : "own")" width="\(text(own))" height="8"/></svg>
            """
    }

    private func share(_ joules: Double) -> Double { min(100, max(0, joules / whole * 100)) }

    private func text(_ value: Double) -> String { Quantity.digits(value, 3) }
}
