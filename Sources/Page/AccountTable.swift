import Measurement
import Runs

/// What the kernel charged to the run besides its counters, each number with its source.
struct AccountTable {
    private let figures: RunFigures

    init(_ figures: RunFigures) {
        self.figures = figures
    }

    var html: HTML? {
        guard let usage = figures.run.summary?.resourceUsage else { return nil }
        let account = RunAccount(usage)
        return """
            <section aria-labelledby="account-title">
            <h2 id="account-title">On the kernel’s account</h2>
            <div class="wide" role="group" aria-labelledby="account-title" tabindex="0">
            <table class="narrow">
            <caption>wait4: the main process and the descendants it waited for; the others: files of the run’s cgroup.</caption>
            <thead><tr><th scope="col">Quantity</th><th scope="col" class="number">Amount</th><th scope="col">Source</th></tr></thead>
            <tbody>
            \(row("CPU time", account.cpuTime, time))
            \(row("in user mode", account.userTime, time))
            \(row("in the kernel", account.systemTime, time))
            \(row("peak memory", account.peakMemoryBytes, Quantity.bytes))
            \(row("read from devices", account.bytesRead, Quantity.bytes))
            \(row("written to devices", account.bytesWritten, Quantity.bytes))
            \(row("page faults, minor", counted(usage.minorPageFaults), count))
            \(row("page faults, major", counted(usage.majorPageFaults), count))
            \(row("context switches, voluntary", counted(usage.voluntaryContextSwitches), count))
            \(row("context switches, involuntary", counted(usage.involuntaryContextSwitches), count))
            </tbody>
            </table>
            </div>
            </section>
            """
    }

    private func time(_ duration: Duration) -> Quantity { .seconds(duration.inSeconds) }

    private func count(_ number: Int) -> Quantity { .count(.integer(Int64(number))) }

    private func counted(_ number: Int) -> Accounted<Int> { .measured(number, from: .wait4) }

    private func row<Amount>(_ name: String, _ accounted: Accounted<Amount>, _ quantity: (Amount) -> Quantity) -> HTML {
        let head: HTML = "<tr><th scope=\"row\">\(name)</th>"
        switch accounted {
        case .measured(let amount, let origin):
            return """
                \(head)<td class="number">\(quantity(amount).html)</td><td><code>\(origin.rawValue)</code></td></tr>
                """
        case .unavailable(let reason):
            return "\(head)<td colspan=\"2\" class=\"none\">not measured: \(reason)</td></tr>"
        }
    }
}
