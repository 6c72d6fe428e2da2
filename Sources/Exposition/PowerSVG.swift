import Analysis

/// Draws a ``PowerPicture`` as SVG: extremes as a band, the mean as a line, round marks on both axes.
///
/// No scripts and nothing from elsewhere; light or dark as the reader's system is.
package struct PowerSVG {
    private let picture: PowerPicture
    private let width: Int
    private let height: Int
    private let margin = 16.0
    private var body = ""

    package static func document(_ picture: PowerPicture, width: Int, height: Int) -> [UInt8] {
        var drawing = PowerSVG(picture: picture, width: width, height: height)
        drawing.draw()
        return SVGDocument.text(
            width: width, height: height, title: picture.title, description: picture.description, body: drawing.body)
    }

    private init(picture: PowerPicture, width: Int, height: Int) {
        self.picture = picture
        self.width = width
        self.height = height
    }

    private mutating func draw() {
        element("rect", #"class="paper" width="\#(width)" height="\#(height)""#)
        let room = Double(width) - 2 * margin
        text(TextRuler.shortened(picture.title, to: room, size: 15), margin, 26, "heading")
        var line = 46.0
        for part in picture.note.map({ TextRuler.lines($0, width: room, size: 12) }) ?? [] {
            text(part, margin, line, "note")
            line += 16
        }
        guard !picture.curves.isEmpty else { return }
        let top = drawLegend(from: line) + 36
        let space = ChartSpace(
            left: 54, top: top, width: Double(width) - 54 - margin, height: max(24, Double(height) - top - 44),
            times: picture.times.first!...picture.times.last!, highest: highest(height: Double(height) - top - 44))
        drawAxes(space)
        drawCurves(space)
    }
}

// MARK: - Its parts

extension PowerSVG {
    /// - Returns: the base of its last line.
    private mutating func drawLegend(from first: Double) -> Double {
        var (x, y) = (margin, first)
        for (index, curve) in picture.curves.enumerated() {
            let mean = "\(DecimalText.rough(curve.mean)) \(picture.unit.symbol)"
            let length = 24 + TextRuler.length("\(curve.name)  \(mean)", size: 12) + 20
            if x > margin && x + length > Double(width) - margin { (x, y) = (margin, y + 18) }
            element(
                "path",
                #"class="line c\#(index % 6)" d="M\#(ChartSpace.text(x)),\#(ChartSpace.text(y - 4))h16""#)
            let figures = "<tspan class=\"figure\" dx=\"6\">\(mean)</tspan>"
            raw(
                #"<text class="entry" x="\#(ChartSpace.text(x + 22))" y="\#(ChartSpace.text(y))">"#
                    + "\(XMLText.escaped(curve.name))\(figures)</text>")
            x += length
        }
        return y
    }

    /// The least round number that no line exceeds, and no band unless it does so by far: sampled as fast as energy
    /// counters move, an interval may be shorter than one step of theirs, and its power is beyond all reason.
    private func highest(height: Double) -> Double {
        let means = picture.curves.flatMap { $0.points.compactMap { $0?.mean } }.max() ?? 0
        let greatest = min(greatestMaximum, 2 * means)
        guard greatest > 1e-30 else { return 1 }
        let step = RoundTicks(0...greatest, count: Self.rows(height)).step
        return (greatest / step - 1e-9).rounded(.up) * step
    }

    private var greatestMaximum: Double { picture.curves.map(\.maximum).max() ?? 0 }

    private static func rows(_ height: Double) -> Int { max(2, Int(height / 36)) }

    private mutating func drawAxes(_ space: ChartSpace) {
        let rows = RoundTicks(0...space.highest, count: Self.rows(space.height))
        for value in rows.values {
            let y = space.y(value)
            element(
                "path",
                #"class="\#(value == 0 ? "axis" : "grid")" d="M\#(ChartSpace.text(space.left)),\#(y)H\#(ChartSpace.text(space.right))""#
            )
            raw(
                "<text class=\"mark end\" x=\"\(ChartSpace.text(space.left - 8))\" y=\"\(y)\" dy=\"4\">\(rows.text(value))</text>"
            )
        }
        let what = picture.unit == .power ? "Power in W" : "Busy CPUs"
        let isCut = greatestMaximum > space.highest
        let rest = isCut ? " (extremes up to \(DecimalText.rough(greatestMaximum)) are cut off)" : ""
        text(what + rest, margin, space.top - 10, "mark")
        drawTimes(space)
    }

    private mutating func drawTimes(_ space: ChartSpace) {
        let scale = TimeScale(span: space.times.upperBound - space.times.lowerBound)
        let times = space.times.lowerBound / scale.seconds...space.times.upperBound / scale.seconds
        let ticks = RoundTicks(times, count: max(2, Int(space.width / 80)))
        for value in ticks.values {
            let x = space.x(value * scale.seconds)
            element("path", #"class="axis" d="M\#(x),\#(ChartSpace.text(space.bottom))v5""#)
            raw(
                "<text class=\"mark middle\" x=\"\(x)\" y=\"\(ChartSpace.text(space.bottom + 19))\">\(ticks.text(value))</text>"
            )
        }
        raw(
            "<text class=\"mark end\" x=\"\(ChartSpace.text(space.right))\" y=\"\(ChartSpace.text(space.bottom + 36))\">"
                + "Time since the start in \(scale.symbol)</text>")
    }

    private mutating func drawCurves(_ space: ChartSpace) {
        let paths = picture.curves.map { ChartPath($0.points, times: picture.times, in: space) }
        for (index, path) in paths.enumerated() { element("path", #"class="band c\#(index % 6)" d="\#(path.band)""#) }
        for (index, path) in paths.enumerated() { element("path", #"class="line c\#(index % 6)" d="\#(path.line)""#) }
    }

    private mutating func text(_ text: String, _ x: Double, _ y: Double, _ style: String) {
        raw(
            "<text class=\"\(style)\" x=\"\(ChartSpace.text(x))\" y=\"\(ChartSpace.text(y))\">"
                + "\(XMLText.escaped(text))</text>")
    }

    private mutating func element(_ name: String, _ attributes: String) { raw("<\(name) \(attributes)/>") }

    private mutating func raw(_ text: String) { body += text + "\n" }
}
