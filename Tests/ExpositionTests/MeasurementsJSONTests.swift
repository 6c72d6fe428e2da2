import Exposition
import Foundation
import Measurement
import Testing

@Suite struct MeasurementsJSONTests {
    private func render(_ options: MeasurementOptions = MeasurementOptions()) -> [String] {
        var json = MeasurementsJSON(layout: SampleRun.layout, anchor: SampleRun.anchor, options: options)
        var bytes: [UInt8] = []
        json.render(SampleRun.block, into: &bytes)
        json.finish(into: &bytes)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("A row as it stands in the export, byte for byte")
    func golden() {
        let rows = render()
        #expect(rows.count == 8)
        #expect(
            rows[2] == #"{"metric":"rapl_consumed_energy_J","timestamp":"2024-05-14T21:28:49.516768909Z","#
                + #""value":0.89825439453125,"resource":{"kind":"dram","id":"0"},"#
                + #""consumer":{"kind":"local_machine","id":""},"attributes":{"domain":"dram"}}"#)
        #expect(rows[5].hasSuffix(#","attributes":{},"coverage":0.5}"#))
    }

    @Test("The rows are those of the CSV", arguments: MeasurementOptions.ValueMode.allCases)
    func sameAsCSV(values: MeasurementOptions.ValueMode) throws {
        let options = MeasurementOptions(units: .none, values: values)
        var csv = MeasurementsCSV(layout: SampleRun.layout, anchor: SampleRun.anchor, options: options)
        var bytes: [UInt8] = []
        csv.render(SampleRun.block, into: &bytes)
        let expected = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: ";", omittingEmptySubsequences: false).prefix(7).map(String.init)
        }
        let decoder = JSONDecoder()
        let rows = try render(options).map { try decoder.decode(Row.self, from: Data($0.utf8)) }
        #expect(rows.map(\.cells) == expected)
    }

    @Test("Names and attributes read back, whatever stands in them")
    func escaping() throws {
        for text in ["a\"b", #"a\b"#, "a\nb", "a\rb\u{1}\u{1f}", "é€😀", ""] {
            let series = Series(
                metric: Metric(name: text, unit: .count), resource: .localMachine, consumer: .process(1),
                attributes: [text: text])
            let layout = SourceLayout(columnCount: 1, series: [SeriesColumn(series: series, column: 0)])
            var json = MeasurementsJSON(layout: layout, anchor: SampleRun.anchor)
            var block = FrameBlock(columnCount: 1, capacity: 2)
            block.append(at: MonotonicInstant(nanoseconds: 0), values: [0])
            block.append(at: MonotonicInstant(nanoseconds: 1), values: [1])
            var bytes: [UInt8] = []
            json.render(block, into: &bytes)
            let row = try JSONDecoder().decode(Row.self, from: Data(bytes))
            #expect(row.metric == text)
            #expect(row.attributes == [text: text])
        }
    }

    private struct Row: Decodable {
        let metric: String
        let timestamp: String
        let value: Double
        let resource: Place
        let consumer: Place
        let attributes: [String: String]

        struct Place: Decodable {
            let kind: String
            let id: String
        }

        var cells: [String] {
            var number: [UInt8] = []
            number.append(shortest: value)
            return [
                metric, timestamp, String(decoding: number, as: UTF8.self), resource.kind, resource.id, consumer.kind,
                consumer.id,
            ]
        }
    }
}
