import Analysis

/// Draws a ``PowerPicture`` very small, for lists: its first curve without axes; nothing where there is none.
package enum PowerSpark {
    package static func document(_ picture: PowerPicture, width: Int, height: Int) -> [UInt8] {
        SVGDocument.text(
            width: width, height: height, title: picture.title, description: picture.description,
            body: body(picture, Double(width), Double(height)))
    }

    private static func body(_ picture: PowerPicture, _ width: Double, _ height: Double) -> String {
        guard let curve = picture.curves.first else {
            let middle = ChartSpace.text(height / 2)
            return "<path class=\"grid\" d=\"M2,\(middle)H\(ChartSpace.text(width - 2))\" stroke-dasharray=\"2 4\"/>\n"
        }
        let space = ChartSpace(
            left: 1, top: 2, width: width - 2, height: height - 4,
            times: picture.times.first!...picture.times.last!, highest: max(curve.maximum, 1e-9))
        let path = ChartPath(curve.points, times: picture.times, in: space)
        let color = picture.unit == .power ? "c0" : "soft"
        return """
            <path class="band \(color)" d="\(path.band)"/>
            <path class="band \(color)" d="\(path.filling)"/>
            <path class="hair \(color)" d="\(path.line)"/>

            """
    }
}
