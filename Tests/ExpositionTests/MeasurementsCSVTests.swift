import Analysis
import Exposition
import Foundation
import Measurement
import Testing

@Suite struct MeasurementsCSVTests {
    private func render(_ options: MeasurementOptions = MeasurementOptions()) -> String {
        var csv = MeasurementsCSV(layout: SampleRun.layout, anchor: SampleRun.anchor, options: options)
        var bytes = MeasurementsCSV.header(options)
        csv.render(SampleRun.block, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("A run as it stands in the export, byte for byte")
    func golden() {
        #expect(
            render()
                == """
                metric;timestamp;value;resource_kind;resource_id;consumer_kind;consumer_id;__late_attributes
                perf_hardware_REF_CPU_CYCLES;2024-05-14T21:28:49.516768909Z;1000;local_machine;;process;728039;
                perf_cache_LL_READ_MISS;2024-05-14T21:28:49.516768909Z;0;local_machine;;process;728039;
                rapl_consumed_energy_J;2024-05-14T21:28:49.516768909Z;0.89825439453125;dram;0;local_machine;;domain=dram
                rapl_consumed_energy_J;2024-05-14T21:28:50.000000000Z;0;dram;0;local_machine;;domain=dram
                rapl_consumed_energy_J;2024-05-14T21:28:50.000000000Z;5.7792968750;cpu_package;0;local_machine;;domain=pp0
                perf_hardware_REF_CPU_CYCLES;2024-05-14T21:28:50.389874134Z;4000;local_machine;;process;728039;coverage=0.5
                perf_cache_LL_READ_MISS;2024-05-14T21:28:50.389874134Z;2;local_machine;;process;728039;coverage=0.5
                rapl_consumed_energy_J;2024-05-14T21:28:50.389874134Z;0;cpu_package;0;local_machine;;domain=pp0

                """.replacingOccurrences(of: "5.7792968750", with: "5.779296875"))
    }

    @Test("Running totals, without units, with commas")
    func goldenCumulative() {
        #expect(
            render(MeasurementOptions(units: .none, values: .cumulative, separator: .comma)) == """
                metric,timestamp,value,resource_kind,resource_id,consumer_kind,consumer_id,__late_attributes
                perf_hardware_REF_CPU_CYCLES,2024-05-14T21:28:49.516768909Z,1000,local_machine,,process,728039,
                perf_cache_LL_READ_MISS,2024-05-14T21:28:49.516768909Z,0,local_machine,,process,728039,
                rapl_consumed_energy,2024-05-14T21:28:49.516768909Z,0.89825439453125,dram,0,local_machine,,domain=dram
                rapl_consumed_energy,2024-05-14T21:28:50.000000000Z,0.89825439453125,dram,0,local_machine,,domain=dram
                rapl_consumed_energy,2024-05-14T21:28:50.000000000Z,5.779296875,cpu_package,0,local_machine,,domain=pp0
                perf_hardware_REF_CPU_CYCLES,2024-05-14T21:28:50.389874134Z,5000,local_machine,,process,728039,coverage=0.5
                perf_cache_LL_READ_MISS,2024-05-14T21:28:50.389874134Z,2,local_machine,,process,728039,coverage=0.5
                rapl_consumed_energy,2024-05-14T21:28:50.389874134Z,5.779296875,cpu_package,0,local_machine,,domain=pp0

                """)
    }

    @Test("It makes no difference how a run is cut into pieces")
    func pieces() {
        var csv = MeasurementsCSV(layout: SampleRun.layout, anchor: SampleRun.anchor)
        var bytes = MeasurementsCSV.header()
        for row in 0..<SampleRun.block.count { csv.render(SampleRun.block, range: row..<row + 1, into: &bytes) }
        #expect(String(decoding: bytes, as: UTF8.self) == render())
        #expect(csv.accumulator.frameCount == 4)
    }

    @Test(
        "What stands in the cells reads back, whatever it is", .enabled(if: isInstalled("python3"), "python3 is absent")
    )
    func escaping() throws {
        let nasty = ["a;b", "a,b", "a=b", #"a\b"#, "a\"b", "a\nb", "a\rb", "a\r\nb", "", " ", "é€😀", #"\,=;""#]
        for separator in MeasurementOptions.Separator.allCases {
            for text in nasty {
                let row = try #require(try readBack(nastyRun(text), separator: separator).last)
                #expect(row.count == 8)
                #expect(row[0] == text)
                #expect(attributes(row[7]) == [text: "after", "a": text, "coverage": "0.5", "z": text])
            }
        }
    }

    /// A metric and attributes made of `text`, and one row at half coverage.
    private func nastyRun(_ text: String) -> SourceLayout {
        let series = Series(
            metric: Metric(name: text, unit: .count), resource: .localMachine, consumer: .process(1),
            attributes: ["a": text, "z": text, text: "after", "coverage": "mine"])
        return SourceLayout(
            columnCount: 3,
            series: [SeriesColumn(series: series, column: 0, coverage: CoverageColumns(enabled: 1, running: 2))])
    }

    /// The rows as Python's csv module reads them.
    private func readBack(
        _ layout: SourceLayout, separator: MeasurementOptions.Separator
    ) throws -> [[String]] {
        var csv = MeasurementsCSV(
            layout: layout, anchor: SampleRun.anchor, options: MeasurementOptions(separator: separator))
        var block = FrameBlock(columnCount: 3, capacity: 2)
        block.append(at: MonotonicInstant(nanoseconds: 0), values: [0, 0, 0])
        block.append(at: MonotonicInstant(nanoseconds: 1), values: [1, 2, 1])
        var bytes: [UInt8] = []
        csv.render(block, into: &bytes)
        let script = """
            import csv, io, json, sys
            text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
            print(json.dumps(list(csv.reader(text, delimiter=sys.argv[1], strict=True))))
            """
        let delimiter = String(UnicodeScalar(separator.byte))
        let answer = try run("python3", ["-c", script, delimiter], input: bytes)
        return try JSONDecoder().decode([[String]].self, from: Data(answer.output.utf8))
    }

    /// The reading side of the attributes: `\` takes the next character as it is.
    private func attributes(_ text: String) -> [String: String] {
        var pairs: [[String]] = [[""]]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if !isEscaped && scalar == "\\" {
                isEscaped = true
                continue
            }
            switch scalar {
            case "," where !isEscaped: pairs.append([""])
            case "=" where !isEscaped: pairs[pairs.count - 1].append("")
            default: pairs[pairs.count - 1][pairs[pairs.count - 1].count - 1].unicodeScalars.append(scalar)
            }
            isEscaped = false
        }
        return Dictionary(pairs.map { ($0[0], $0.dropFirst().joined(separator: "=")) }) { $1 }
    }
}
