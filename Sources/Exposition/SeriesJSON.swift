import Analysis
import Measurement

/// Writes a picture's numbers as one JSON object, column by column. What was not measured is `null`.
package struct SeriesJSON {
    private var bytes: [UInt8]

    /// - Parameter head: the members before the picture's own, such as `"run":"…"`; not empty.
    package static func document(_ picture: RunPicture, head: String) -> [UInt8] {
        var json = SeriesJSON(bytes: Array("{\(head)".utf8))
        json.write(picture)
        return json.bytes
    }

    private mutating func write(_ picture: RunPicture) {
        number("from_seconds", picture.start.inSeconds)
        number("to_seconds", picture.end.inSeconds)
        let count = picture.edges.count
        number("step_seconds", count == 0 ? 0 : (picture.end - picture.start).inSeconds / Double(count))
        append(",\"points\":\(count)")
        numbers("seconds", picture.edges) { $0.inSeconds }
        append(",\n\"series\":[")
        for (index, series) in picture.series.enumerated() {
            append(index == 0 ? "\n" : ",\n")
            write(series)
        }
        append("],\n\"unavailable\":[")
        for (index, missing) in picture.unavailable.enumerated() {
            append(index == 0 ? "\n" : ",\n")
            append("{\(Self.members(of: missing.series)),\"reason\":\(JSONText.quoted(missing.reason))}")
        }
        append("],\n\"damages\":[")
        for (index, damage) in picture.damages.enumerated() {
            append(index == 0 ? "\n" : ",\n")
            append("{\"reason\":\(JSONText.quoted(damage.reason))")
            number("from_seconds", damage.start.inSeconds)
            number("to_seconds", damage.end.inSeconds)
            append("}")
        }
        append("]}\n")
    }

    private mutating func write(_ series: ReducedSeries) {
        append("{\(Self.members(of: series.series))")
        numbers("minimum", series.points) { $0?.minimum }
        numbers("mean", series.points) { $0?.mean }
        numbers("maximum", series.points) { $0?.maximum }
        if series.points.contains(where: { ($0?.coverage ?? 1) < 1 }) {
            numbers("coverage", series.points) { $0?.coverage }
        }
        append("}")
    }

    private static func members(of series: Series) -> String {
        let unit = RateUnit(of: series.metric.unit)
        let attributes = series.attributes.sorted { $0.key < $1.key }.map { key, value in
            "\(JSONText.quoted(key)):\(JSONText.quoted(value))"
        }
        return """
            "metric":\(JSONText.quoted(series.metric.name)),"unit":"\(unit.symbol)","kind":"\(unit.name)",\
            "of_unit":"\(series.metric.unit.symbol)",\
            "resource":{"kind":"\(series.resource.kind)","id":"\(series.resource.id)"},\
            "consumer":{"kind":"\(series.consumer.kind)","id":"\(series.consumer.id)"},\
            "attributes":{\(attributes.joined(separator: ","))}
            """
    }

    private mutating func number(_ name: String, _ value: Double) {
        append(",\"\(name)\":")
        bytes.append(shortest: value)
    }

    private mutating func numbers<Element>(
        _ name: String, _ elements: [Element], _ value: (Element) -> Double?
    ) {
        append(",\"\(name)\":[")
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if let value = value(element), value.isFinite {
                bytes.append(shortest: value)
            } else {
                append("null")
            }
        }
        append("]")
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
