import Measurement
import Runs

extension RunPage {
    /// What leaves with the reader: files, and the command that does the same.
    func takeaway(_ site: Site) -> HTML {
        let json = specificationJSON
        return """
            <section aria-labelledby="take-title">
            <h2 id="take-title">Take it home</h2>
            <ul class="actions downloads">
            <li><a class="button" href="\(path)/measurements.csv" download>Measurements, CSV</a></li>
            <li><a class="button" href="\(path)/measurements.json" download>Measurements, JSON lines</a></li>
            <li><a class="button" href="\(path)/power.svg" download="ergometer-\(run.id.description).svg">Picture, SVG</a></li>
            <li data-needs-script><button type="button" data-action="picture" data-name="ergometer-\(run.id.description).png">Picture, PNG</button></li>
            </ul>
            <p>The same from a terminal:</p>
            <pre id="curl" tabindex="0" role="region" aria-label="The command for a terminal"><code>curl --json \(ShellText.quoted(json)) \\
              -H "Authorization: Bearer $TOKEN" \(site.address)/runs
            curl -OJ -H "Authorization: Bearer $TOKEN" \(site.address)\(path)/measurements.csv</code></pre>
            \(if: run.specification.stdin != nil, "<p class=\"hint\">The standard input that the run was given is not shown; it would have to be added.</p>")
            </section>
            """
    }

    /// What was asked for, with its defaults.
    var settings: HTML {
        let specification = run.specification
        return """
            <section aria-labelledby="settings-title" id="settings" data-live>
            <h2 id="settings-title">How it was measured</h2>
            <dl class="settings">
            \(setting("Run", "<code>\(run.id.description)</code>"))
            \(setting("Submitted", "\(Timestamp.html(run.createdAt)) UTC"))
            \(setting("Labels", labels))
            \(setting("Executed", executed))
            \(setting("Working directory", "<code>\(specification.workingDirectory ?? "/")</code>"))
            \(setting("Interval", "\(DurationText.format(specification.interval))"))
            \(setting("Timeout", specification.timeout.map { "\(DurationText.format($0))" as HTML } ?? "none"))
            \(setting("Baseline", specification.baseline.map { "\(DurationText.format($0))" as HTML } ?? "none"))
            \(setting("Events", specification.events.map { "\($0.joined(separator: ", "))" as HTML } ?? "the default set"))
            \(setting("Main process", run.pid.map { "pid \($0)" as HTML } ?? "none"))
            \(setting("Sampling", sampling))
            </dl>
            \(if: specification.name != nil, "<p><a href=\"\(RunFilter(name: specification.name).address)\">All runs of this name</a></p>")
            </section>
            """
    }

    private func setting(_ name: String, _ value: HTML?) -> HTML? {
        value.map { "<div><dt>\(name)</dt><dd>\($0)</dd></div>\n" }
    }

    private var labels: HTML? {
        let pairs = run.specification.labels.sorted { $0.key < $1.key }
        return pairs.isEmpty ? nil : pairs.map { "<code>\($0.key)=\($0.value)</code>" as HTML }.joined(separator: " ")
    }

    private var executed: HTML {
        switch run.specification.command {
        case .arguments: "as it is"
        case .shell: "by <code>/bin/sh -c</code>"
        }
    }

    private var sampling: HTML? {
        guard let sampling = run.summary?.sampling else { return nil }
        let missed = sampling.missedTicks == 0 ? "none missed" : "\(sampling.missedTicks) missed"
        let lost = sampling.lostFrames == 0 ? "" : ", \(sampling.lostFrames) lost"
        return """
            \(sampling.ticks) ticks, \(missed)\(lost), \(Quantity.seconds(sampling.maximumLateness.inSeconds).html) late at most
            """
    }
}
