import Runs

/// A run in the list.
struct RunRow {
    private let figures: RunFigures

    init(_ figures: RunFigures) {
        self.figures = figures
    }

    var html: HTML {
        let run = figures.run
        return """
            <tr id="run-\(run.id.description)">
            <td><input type="checkbox" name="run" value="\(run.id.description)" aria-label="Compare \(figures.title)"></td>
            <th scope="row"><a href="/runs/\(run.id.description)">\(figures.title)</a>\
            \(if: run.specification.name != nil, "<code class=\"command\">\(figures.commandText)</code>")</th>
            <td data-state="\(run.state.rawValue)">\(RunStatus(run).html)</td>
            <td class="number">\(figures.elapsed.map { Quantity.seconds($0.inSeconds).html } ?? "<span class=\"none\">–</span>")</td>
            <td class="number">\(energy)</td>
            <td class="spark">\(picture)</td>
            <td class="time">\(Timestamp.html(run.createdAt))</td>
            </tr>

            """
    }

    private var energy: HTML {
        guard let headline = figures.headline else {
            return "<span class=\"none\" title=\"\(figures.reasonForNoEnergy)\">not measured</span>"
        }
        return "\(Quantity.joules(headline.joules).html) <small>\(headline.label)</small>"
    }

    /// Power over time, small; the numbers beside it say the same, so that it needs no words.
    private var picture: HTML? {
        guard figures.run.startedAt != nil else { return nil }
        // A picture of a run that goes on is another one each second.
        let version: HTML =
            figures.run.state == .running ? "&amp;at=\(Int(figures.elapsed?.inSeconds ?? 0))" : ""
        return """
            <img src="/runs/\(figures.run.id.description)/power.svg?style=spark\(version)" width="120" height="24" alt="" loading="lazy">
            """
    }
}
