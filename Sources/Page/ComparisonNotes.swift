import Runs

/// What makes runs hard to compare.
struct ComparisonNotes {
    private let runs: [Run]

    init(_ runs: [Run]) {
        self.runs = runs
    }

    var html: HTML? {
        let notes = all
        guard !notes.isEmpty else { return nil }
        return """
            <section class="warnings" aria-label="Warnings"><h2>Before you compare</h2>
            <ul>\(notes.map { "<li>\($0)</li>" as HTML })</ul></section>
            """
    }

    var all: [String] {
        var notes: [String] = []
        if runs.contains(where: { $0.state != .finished }) {
            notes.append("Not all of the runs have finished: their totals are those so far.")
        }
        if runs.contains(where: { $0.state == .finished && $0.outcome != .exited(code: 0) }) {
            notes.append("Not all of the commands ended with exit code 0: they may not have done the same work.")
        }
        if differ(\.specification.command) { notes.append("The commands differ.") }
        if differ({ $0.specification.interval }) {
            let texts = runs.map { DurationText.format($0.specification.interval) }
            notes.append(
                "The sampling intervals differ: \(texts.joined(separator: ", ")). Totals do not depend on them.")
        }
        if differ({ $0.specification.events }) {
            notes.append("The events differ: what one run did not ask for cannot be compared.")
        }
        if differ({ $0.specification.limits }) { notes.append("The limits differ.") }
        notes.append(
            "One run each is one sample each: whether a difference is one of the commands, only repetition tells.")
        return notes
    }

    private func differ<Property: Hashable>(_ property: (Run) -> Property) -> Bool {
        Set(runs.map(property)).count > 1
    }
}
