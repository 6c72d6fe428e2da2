import Analysis
import Measurement
import Runs

extension RunPage {
    /// The few numbers that most people came for.
    var summary: HTML {
        """
        <dl class="figures" id="figures" data-live>
        \(figure("Duration", figures.elapsed.map { Quantity.seconds($0.inSeconds).html }, "from release to exit"))
        \(energy)
        \(share)
        \(power)
        \(cpu)
        \(memory)
        </dl>
        """
    }

    private func figure(_ name: String, _ value: HTML?, _ remark: HTML) -> HTML {
        """
        <div><dt>\(name)</dt><dd>\(value ?? "<span class=\"none\">not measured</span>")<small>\(remark)</small></dd></div>

        """
    }

    private var energy: HTML {
        guard let headline = figures.headline else {
            return figure("Energy", nil, "\(figures.reasonForNoEnergy)")
        }
        return figure(
            "Energy", Quantity.joules(headline.joules).html,
            "of the machine, \(headline.label), ± \(Quantity.uncertainty(headline.uncertaintyJoules).text)")
    }

    private var share: HTML? {
        guard figures.headline != nil else { return nil }
        guard let share = figures.ownShare else {
            return run.state == .finished ? figure("The run's part", nil, "busy time or CPU time is missing") : nil
        }
        let bound: HTML = share.isUpperBound ? "≤ " : ""
        return figure(
            "The run's part", "\(bound)\(Quantity.joules(share.joules).html)",
            "\(share.isUpperBound ? "idle power is not known" : "beyond idleness"), ± \(Quantity.uncertainty(share.uncertaintyJoules).text)"
        )
    }

    private var power: HTML? {
        guard let headline = figures.headline, let seconds = figures.measured?.inSeconds, seconds > 0 else {
            return nil
        }
        return figure("Mean power", Quantity.watts(headline.joules / seconds).html, "\(headline.label)")
    }

    private var cpu: HTML? {
        guard let account = run.summary?.account, let seconds = run.duration?.inSeconds, seconds > 0,
            let used = account.cpuTime.value?.inSeconds
        else { return nil }
        return figure(
            "CPU time", Quantity.seconds(used).html, "\(Quantity.digits(used / seconds)) CPUs busy on the mean")
    }

    private var memory: HTML? {
        switch run.summary?.account?.peakMemoryBytes {
        case .measured(let bytes, _)?: figure("Peak memory", Quantity.bytes(bytes).html, "")
        case .unavailable?, nil: nil
        }
    }
}
