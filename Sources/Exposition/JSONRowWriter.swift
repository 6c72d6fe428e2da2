import Analysis
import Measurement

/// Writes the rows of one run's series as JSON objects.
struct JSONRowWriter: Sendable {
    private let options: MeasurementOptions
    private let anchor: ClockAnchor
    /// What stands before the timestamp, and what stands behind the value, of each series.
    private let heads: [[UInt8]]
    private let tails: [[UInt8]]
    private var timestamp = TimestampText()

    init(series: [Series], anchor: ClockAnchor, options: MeasurementOptions) {
        self.options = options
        self.anchor = anchor
        heads = series.map { series in
            let name = options.units == .symbol ? series.metric.nameWithUnit : series.metric.name
            return Array("{\"metric\":\(JSONText.quoted(name)),\"timestamp\":\"".utf8)
        }
        tails = series.map { series in
            let attributes = series.attributes.sorted { $0.key < $1.key }.map { key, value in
                "\(JSONText.quoted(key)):\(JSONText.quoted(value))"
            }
            let resource = Self.place(series.resource.kind, series.resource.id)
            let consumer = Self.place(series.consumer.kind, series.consumer.id)
            return Array(
                ",\"resource\":\(resource),\"consumer\":\(consumer),\"attributes\":{\(attributes.joined(separator: ","))}"
                    .utf8)
        }
    }

    private static func place(_ kind: String, _ id: String) -> String {
        "{\"kind\":\(JSONText.quoted(kind)),\"id\":\(JSONText.quoted(id))}"
    }

    /// - Parameter index: which of the series.
    @inline(__always)
    mutating func write(
        _ index: Int, at instant: MonotonicInstant, _ change: SeriesChange, into output: inout [UInt8]
    ) {
        timestamp.write(anchor.wallTime(at: instant))
        output.append(contentsOf: heads[index])
        output.append(contentsOf: timestamp.bytes)
        output.append(contentsOf: "\",\"value\":".utf8)
        output.append(json: options.values == .cumulative ? change.total : change.change)
        output.append(contentsOf: tails[index])
        if change.coverage < 1 {
            output.append(contentsOf: ",\"coverage\":".utf8)
            output.append(shortest: change.coverage)
        }
        output.append(contentsOf: "}\n".utf8)
    }
}

extension [UInt8] {
    fileprivate mutating func append(json value: Value) {
        switch value {
        case .integer(let integer): append(decimal: integer)
        case .real(let real) where real.isFinite: append(shortest: real)
        case .real: append(contentsOf: "null".utf8)
        }
    }
}
