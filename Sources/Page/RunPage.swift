import Measurement
import Runs

/// `/runs/{id}` for people: what ran, how it ended, and what it cost.
package struct RunPage: Sendable {
    let run: Run
    let figures: RunFigures
    /// What it wrote: stdout and stderr.
    let output: [OutputExcerpt]
    /// Whether the reader may do something with it, and may see its environment.
    let isOwners: Bool

    package init(_ run: Run, output: [OutputExcerpt], isOwners: Bool, now: MonotonicInstant) {
        self.run = run
        self.isOwners = isOwners
        self.output = output
        figures = RunFigures(run, now: now)
    }

    var path: String { "/runs/\(run.id.description)" }

    /// The specification as this reader may see it.
    var specificationJSON: String { SpecificationJSON.text(run.specification, showsEnvironment: isOwners) }

    package func document(_ site: Site) -> Document {
        Document(
            title: figures.title, section: nil, script: "run", drawsCharts: true,
            body: """
                <article data-run="\(path)">
                <p class="crumbs"><a href="/">Runs</a></p>
                <h1>\(figures.title)</h1>
                <p class="what"><code>\(figures.commandText)</code></p>
                \(state)
                \(summary)
                \(charts(site))
                <div id="totals" data-live>
                \(EnergyTable(figures).html)
                \(CounterTable(figures).html)
                \(AccountTable(figures).html)
                </div>
                \(outputs)
                \(takeaway(site))
                \(settings)
                </article>
                """)
    }

    private func charts(_ site: Site) -> HTML {
        """
        <section aria-labelledby="charts-title">
        <h2 id="charts-title">Over time</h2>
        <figure id="charts" class="charts" data-series="\(path)/series">
        <div id="picture" data-live>\(picture)</div>
        </figure>
        \(if: !site.hasChartLibrary, Self.libraryHint)
        </section>
        """
    }

    /// Of a run that goes on it is another one each second.
    private var picture: HTML {
        let version: HTML = run.state == .running ? "?at=\(Int(figures.elapsed?.inSeconds ?? 0))" : ""
        return """
            <img class="picture" src="\(path)/power.svg\(version)" alt="Power over time. The tables below tell the totals in numbers.">
            """
    }

    static let libraryHint: HTML = """
        <p class="hint">To zoom and to read values under the pointer, install the package <code>libjs-dygraphs</code> on the server and start it again.</p>
        """

    private var outputs: HTML {
        """
        <section id="output" data-live aria-labelledby="output-title">
        <h2 id="output-title">Output</h2>
        \(output.map { $0.html(path) })
        \(if: !isOwners, "<p class=\"none\">What the command wrote is for the owner only.</p>")
        </section>
        """
    }
}
