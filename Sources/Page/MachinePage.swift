import Analysis
import Measurement
import Runs
import Sampling

/// `/machine`: what it draws at this moment, what can be measured here, and why the rest cannot.
package struct MachinePage: Sendable {
    /// Nil where only what changes is wanted.
    let capabilities: Capabilities?
    let power: PowerHistory
    let idlePowers: [Series: IdlePower]
    let status: SamplerStatus
    let census: RunCensus
    /// Runs that are not over, the oldest first.
    let runs: [RunFigures]

    package init(
        capabilities: Capabilities?, power: PowerHistory, idlePowers: [Series: IdlePower], status: SamplerStatus,
        census: RunCensus, runs: [Run],
        now: MonotonicInstant
    ) {
        self.capabilities = capabilities
        self.power = power
        self.idlePowers = idlePowers
        self.status = status
        self.census = census
        self.runs = runs.map { RunFigures($0, now: now) }.sorted { $0.run.id < $1.run.id }
    }

    package func document(_ site: Site) -> Document {
        Document(
            title: "Machine", section: .machine, script: "machine",
            body: """
                <h1>Machine</h1>
                \(capabilities?.machine.map(description))
                \(PowerTable(power: power, idlePowers: idlePowers, domains: capabilities?.domains ?? []).html)
                \(queue)
                \(capabilities.map { CapabilityTables(capabilities: $0).html })
                \(SamplerTable(status: status).html)
                """)
    }

    private func description(_ machine: MachineDescription) -> HTML {
        let kind: HTML = machine.isVirtual ? ", a virtual machine: most hardware counters stay with its host" : ""
        return "<p class=\"none\">Linux \(machine.kernel), \(machine.architecture)\(kind)</p>"
    }

    private var queue: HTML {
        """
        <section aria-labelledby="queue-title" id="queue" data-live>
        <h2 id="queue-title">Queue</h2>
        \(runs.isEmpty ? "<p class=\"none\">Nothing runs, nothing waits.</p>" : table)
        <p class="hint">\(finished) since the server was started. <a href="/">All runs</a></p>
        </section>
        """
    }

    private var finished: String {
        let count = census.statistics.finished.values.reduce(0, +)
        return count == 1 ? "1 run has finished" : "\(count) runs have finished"
    }

    private var table: HTML {
        """
        <div class="wide" role="group" aria-label="Runs that are not over" tabindex="0">
        <table>
        <caption>\(census.counts.running) running, \(census.counts.queued) waiting; one after the other, as they were submitted.</caption>
        <thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col" class="number">For</th></tr></thead>
        <tbody>\(runs.prefix(20).map(row))</tbody>
        </table>
        </div>
        """
    }

    private func row(_ figures: RunFigures) -> HTML {
        """
        <tr><th scope="row"><a href="/runs/\(figures.run.id.description)">\(figures.title)</a></th>\
        <td>\(RunStatus(figures.run).html)</td>\
        <td class="number">\(figures.elapsed.map { Quantity.seconds($0.inSeconds).html })</td></tr>

        """
    }
}
