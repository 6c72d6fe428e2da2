/// A file that pages refer to, under `/assets/`.
package struct PageAsset: Sendable {
    package let name: String
    package let contentType: String
    package let bytes: [UInt8]

    package init(name: String, contentType: String, bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }

    /// Those that are part of the program.
    package static let embedded = [
        PageAsset(name: "chart.js", contentType: script, bytes: PackageResources.chart_js),
        PageAsset(name: "charts.js", contentType: script, bytes: PackageResources.charts_js),
        PageAsset(name: "compare.js", contentType: script, bytes: PackageResources.compare_js),
        PageAsset(name: "ergometer.css", contentType: styleSheet, bytes: PackageResources.ergometer_css),
        PageAsset(name: "format.js", contentType: script, bytes: PackageResources.format_js),
        PageAsset(name: "icon.svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg),
        PageAsset(name: "list.js", contentType: script, bytes: PackageResources.list_js),
        PageAsset(name: "live.js", contentType: script, bytes: PackageResources.live_js),
        PageAsset(name: "machine.js", contentType: script, bytes: PackageResources.machine_js),
        PageAsset(name: "run.js", contentType: script, bytes: PackageResources.run_js),
        PageAsset(name: "series.js", contentType: script, bytes: PackageResources.series_js),
        PageAsset(name: "start.js", contentType: script, bytes: PackageResources.start_js),
    ]

    package static let script = "text/javascript; charset=utf-8"
    package static let styleSheet = "text/css; charset=utf-8"
}
