/// A whole page: what all of them have in common around what each one shows.
package struct Document: Sendable {
    /// What the window's title begins with.
    let title: String
    let section: Section?
    /// The module that enlivens it: the name of an asset without `.js`.
    let script: String
    /// Whether it draws charts.
    var drawsCharts = false
    let body: HTML

    enum Section: String, CaseIterable {
        case runs = "Runs"
        case machine = "Machine"

        var path: String {
            switch self {
            case .runs: "/"
            case .machine: "/machine"
            }
        }
    }

    /// - Parameter site: what the server says of itself.
    package func html(_ site: Site) -> HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · Ergometer</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/ergometer.css">
        \(if: drawsCharts && site.hasChartLibrary, Self.chartLibrary)
        <script type="module" src="/assets/\(script).js"></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
        <a class="mark" href="/">Ergometer</a>
        <nav aria-label="Pages"><ul>\(Section.allCases.map(link))</ul></nav>
        </header>
        <main id="main">
        \(body)
        </main>
        <p id="news" class="unseen" role="status"></p>
        <footer class="bottom">Ergometer \(site.version) · <a href="/openapi.yaml">API</a> · <a href="/metrics">metrics</a></footer>
        </body>
        </html>

        """
    }

    private static let chartLibrary: HTML = """
        <link rel="stylesheet" href="/assets/dygraph.min.css">
        <script defer src="/assets/dygraph.min.js"></script>
        """

    private func link(to other: Section) -> HTML {
        let current: HTML = other == section ? " aria-current=\"page\"" : ""
        return "<li><a href=\"\(other.path)\"\(current)>\(other.rawValue)</a></li>"
    }
}

/// What every page tells of the server.
package struct Site: Sendable {
    let version: String
    /// Where clients reach it, as in `http://127.0.0.1:9797`.
    let address: String
    /// Whether charts can be drawn in the browser.
    let hasChartLibrary: Bool

    package init(version: String, address: String, hasChartLibrary: Bool) {
        self.version = version
        self.address = address
        self.hasChartLibrary = hasChartLibrary
    }
}
