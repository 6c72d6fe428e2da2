import Measurement
import Runs

/// `/`: a form to start a run, and the runs that there are.
package struct RunListPage: Sendable {
    let runs: [Run]
    /// What is wrong with those that cannot be shown, a sentence or more for each.
    let damages: [String]
    /// Where older runs begin; nil on the last page.
    let next: RunID?
    let filter: RunFilter
    let capabilities: Capabilities
    /// Whether the reader may start a run.
    let mayStart: Bool
    let now: MonotonicInstant

    package init(
        runs: [Run], damages: [String] = [], next: RunID?, filter: RunFilter, capabilities: Capabilities,
        mayStart: Bool,
        now: MonotonicInstant
    ) {
        self.runs = runs
        self.damages = damages
        self.next = next
        self.filter = filter
        self.capabilities = capabilities
        self.mayStart = mayStart
        self.now = now
    }

    package func document(_ site: Site) -> Document {
        Document(
            title: "Runs", section: .runs, script: "list",
            body: """
                <h1 class="unseen">Runs</h1>
                \(if: mayStart, RunForm(capabilities: capabilities).html(site))
                <section aria-labelledby="list-title">
                <h2 id="list-title">Runs</h2>
                \(filterForm)
                \(list)
                </section>
                """)
    }

    private var filterForm: HTML {
        let states = RunState.allCases.map { state -> HTML in
            let selected: HTML = state == filter.state ? " selected" : ""
            return "<option\(selected)>\(state.rawValue)</option>"
        }
        return """
            <form class="filter" role="search" action="/" method="get">
            <label>State <select name="state"><option value="">all</option>\(states)</select></label>
            <label>Name <input name="name" value="\(filter.name ?? "")" size="14" autocomplete="off"></label>
            <label>Search <input type="search" name="search" value="\(filter.search ?? "")" size="18" autocomplete="off"></label>
            <button>Filter</button>
            \(if: !filter.isEmpty, "<a href=\"/\">All runs</a>")
            </form>
            """
    }

    private var list: HTML {
        """
        <form action="/compare" method="get" id="list" data-live>
        \(if: !damages.isEmpty, unreadable)
        \(runs.isEmpty ? (damages.isEmpty ? nothing : nil) : table)
        <p class="pages">
        \(if: !runs.isEmpty, "<button>Compare the chosen</button>")
        \(if: filter.cursor != nil, "<a href=\"\(newest)\">Newest</a>")
        \(next.map(older))
        </p>
        </form>
        """
    }

    private var unreadable: HTML {
        """
        <section class="warnings" aria-label="Warnings"><h2>Runs that cannot be shown</h2>
        <ul>\(damages.map { "<li>\($0)</li>" as HTML })</ul></section>
        """
    }

    private var nothing: HTML {
        filter.isEmpty && filter.cursor == nil
            ? "<p class=\"empty\">No run yet. Type a command above: it is executed here, and measured.</p>"
            : "<p class=\"empty\">No run fits. <a href=\"/\">Show all runs</a>.</p>"
    }

    private var table: HTML {
        """
        <div class="wide" role="group" aria-labelledby="list-title" tabindex="0">
        <table class="runs">
        <caption class="unseen">Runs, the newest first</caption>
        <thead><tr><th scope="col"><span class="unseen">Compare</span></th><th scope="col">Run</th>\
        <th scope="col">Outcome</th><th scope="col" class="number">Duration</th>\
        <th scope="col" class="number">Energy</th><th scope="col">Power</th><th scope="col">Submitted (UTC)</th></tr></thead>
        <tbody>
        \(runs.map { RunRow(RunFigures($0, now: now)).html })
        </tbody>
        </table>
        </div>
        """
    }

    private var newest: String {
        var first = filter
        first.cursor = nil
        return first.address
    }

    private func older(than cursor: RunID) -> HTML {
        var rest = filter
        rest.cursor = cursor
        return "<a rel=\"next\" href=\"\(rest.address)\">Older runs</a>"
    }
}
