/// The frame of the pictures: their size, their words for those who do not see them, their colours by day and night.
enum SVGDocument {
    static func text(width: Int, height: Int, title: String, description: String, body: String) -> [UInt8] {
        Array(
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="title description">
            <title id="title">\(XMLText.escaped(title))</title>
            <desc id="description">\(XMLText.escaped(description))</desc>
            <style>\(style)</style>
            \(body)</svg>

            """.utf8)
    }

    /// Six colours that people with any colour vision tell apart by lightness too.
    private static let light = ["#14508c", "#b4540a", "#2b7a4b", "#7b3f98", "#7a6a00", "#a4262c"]
    private static let dark = ["#8dbcf2", "#f2a65e", "#7fd09b", "#cfa0e6", "#d8c75a", "#f59a94"]

    private static let style = """

        svg { color-scheme: light dark; font: 12px system-ui, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
        .paper { fill: #fdfdfb; }
        text { fill: #5a5e64; font-variant-numeric: tabular-nums; }
        .heading { fill: #1c1e21; font-size: 15px; font-weight: 600; }
        .entry { fill: #1c1e21; }
        .figure { fill: #5a5e64; }
        .mark { font-size: 11px; }
        .end { text-anchor: end; }
        .middle { text-anchor: middle; }
        .axis { stroke: #5a5e64; stroke-width: 1; fill: none; }
        .grid { stroke: #d9d9d2; stroke-width: 1; fill: none; }
        .line { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linejoin: round; }
        .hair { fill: none; stroke: currentColor; stroke-width: 1.2; stroke-linejoin: round; }
        .band { fill: currentColor; fill-opacity: 0.2; stroke: none; }
        .soft { color: #5a5e64; }
        \(colors(light))
        @media (prefers-color-scheme: dark) {
        .paper { fill: #15171a; }
        text, .figure { fill: #a3a8ae; }
        .heading, .entry { fill: #e4e5e3; }
        .axis { stroke: #a3a8ae; }
        .grid { stroke: #363a40; }
        .soft { color: #a3a8ae; }
        \(colors(dark))
        }

        """

    private static func colors(_ list: [String]) -> String {
        list.enumerated().map { ".c\($0) { color: \($1); }" }.joined(separator: "\n")
    }
}
