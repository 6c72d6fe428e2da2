import Measurement
import Runs

extension RunPage {
    /// Where the run stands, and what must be known before its numbers are read.
    var state: HTML {
        """
        <div id="state" data-live data-state="\(run.state.rawValue)">
        <p class="standing">\(RunStatus(run).html) \(elapsed)</p>
        \(progress)
        \(RunStatus.sentence(run).map { "<p>\($0)</p>" as HTML })
        \(warnings)
        </div>
        \(if: isOwners, actions)
        """
    }

    private var elapsed: HTML {
        guard let seconds = figures.elapsed?.inSeconds else {
            return "<span class=\"none\">submitted \(Timestamp.html(run.createdAt)) UTC</span>"
        }
        let timeout = run.state == .running ? run.specification.timeout : nil
        let limit = timeout.map { " of \(DurationText.format($0)) at most" } ?? ""
        return """
            <span>\(run.state == .running ? "for" : "after") \(Quantity.seconds(seconds).html)\(limit)</span>
            <span class="none">started \(run.startedAt.map { Timestamp.html($0.wall) }) UTC</span>
            """
    }

    /// Against the timeout: how long the command itself will take nobody knows.
    private var progress: HTML? {
        guard run.state == .running, let timeout = run.specification.timeout, let elapsed = figures.elapsed else {
            return nil
        }
        return """
            <progress max="\("\(timeout.inSeconds)")" value="\("\(min(elapsed, timeout).inSeconds)")" aria-label="Time used of the timeout"></progress>
            """
    }

    private var warnings: HTML? {
        let all = run.warnings + [figures.energy?.note].compactMap(\.self)
        guard !all.isEmpty else { return nil }
        return """
            <section class="warnings" aria-label="Warnings"><h2>Before you read the numbers</h2>
            <ul>\(all.map { "<li>\($0)</li>" as HTML })</ul></section>
            """
    }

    private var actions: HTML {
        """
        <div class="actions" id="actions" data-live data-needs-script>
        \(if: run.state != .finished, "<button type=\"button\" data-action=\"cancel\">Cancel</button>")
        \(if: run.specification.stdin == nil, again)
        \(if: run.state == .finished, "<button type=\"button\" data-action=\"delete\">Delete</button>")
        </div>
        """
    }

    private var again: HTML {
        """
        <button type="button" data-action="again" data-specification="\(specificationJSON)">Run again</button>
        """
    }
}
