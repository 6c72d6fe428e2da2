import LinuxSystem
import Measurement
import Sampling

/// How well the sampler keeps its appointments.
struct SamplerTable {
    let status: SamplerStatus

    var html: HTML {
        """
        <section aria-labelledby="sampler-title" id="sampler" data-live>
        <h2 id="sampler-title">Sampler</h2>
        <dl class="settings">
        \(entry("Ticks", "\(Quantity.count(.integer(Int64(clamping: status.ticks))).html)"))
        \(entry("Missed", "\(Quantity.count(.integer(Int64(clamping: status.missedTicks))).html)"))
        \(entry("Late, half of the ticks", quantile(0.5, status.lateness)))
        \(entry("Late, 99 of 100 ticks", quantile(0.99, status.lateness)))
        \(entry("Reading takes, 99 of 100 ticks", quantile(0.99, status.readTime)))
        \(entry("Readings that failed", "\(status.readErrors.total)"))
        \(entry("Scheduling", "<code>\(status.policy.rawValue)</code>"))
        </dl>
        </section>
        """
    }

    private func entry(_ name: String, _ value: HTML) -> HTML { "<div><dt>\(name)</dt><dd>\(value)</dd></div>\n" }

    /// The upper bound of the bucket in which the quantile lies: no more is known.
    private func quantile(_ share: Double, _ histogram: Histogram) -> HTML {
        let snapshot = histogram.snapshot
        guard snapshot.count > 0 else { return "<span class=\"none\">no tick yet</span>" }
        let wanted = UInt64((Double(snapshot.count) * share).rounded(.up))
        guard let bucket = snapshot.cumulativeCounts.firstIndex(where: { $0 >= wanted }), bucket < snapshot.bounds.count
        else { return "more than \(Quantity.seconds(snapshot.bounds.last ?? 0).text)" }
        return "\(Quantity.seconds(snapshot.bounds[bucket]).text) or less"
    }
}
