import Analysis
import Foundation
import Measurement

@testable import Exposition

/// The rows of a run whose names are hostile: CSV and JSON read back to what was written.
///
/// The input is cut at NUL: the metric, then keys and values of the attributes in turn.
@Sendable func fuzzMeasurements(_ bytes: [UInt8]) {
    let words = bytes.split(separator: 0, maxSplits: 16, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    var attributes: [String: String] = [:]
    for index in stride(from: 1, to: words.count - 1, by: 2) { attributes[words[index]] = words[index + 1] }
    // The word is the format's own.
    attributes["coverage"] = nil
    let series = Series(
        metric: Metric(name: words[0], unit: .joules), resource: .cpuPackage(0), consumer: .process(1),
        attributes: attributes)
    for separator in MeasurementOptions.Separator.allCases { checkCSV(series, separator) }
    checkJSON(series)
}

private func checkCSV(_ series: Series, _ separator: MeasurementOptions.Separator) {
    let options = MeasurementOptions(units: .none, separator: separator)
    let text = CSVSeriesText(series, options: options)
    for line in [text.head + Array("T".utf8) + [separator.byte] + Array("1".utf8) + text.tail] {
        let cells = cells(of: line, separator: separator.byte)
        precondition(cells?.count == 8, "a row has not eight cells")
        precondition(cells![0] == Array(series.metric.name.utf8), "a metric's name does not read back")
        precondition(pairs(of: cells![7]) == bytes(of: series.attributes), "attributes do not read back")
    }
}

private func checkJSON(_ series: Series) {
    for text in [series.metric.name] + series.attributes.values {
        // Not JSONSerialization, which drops a byte order mark.
        let value = try? JSONDecoder().decode([String].self, from: Data("[\(JSONText.quoted(text))]".utf8)).first
        precondition(value.map { Array($0.utf8) } == Array(text.utf8), "a JSON string does not read back")
    }
}

/// One row by RFC 4180; nil for what is none.
private func cells(of line: [UInt8], separator: UInt8) -> [[UInt8]]? {
    let (quote, lineEnd) = (UInt8(ascii: "\""), UInt8(ascii: "\n"))
    var (cells, rest) = ([[UInt8]](), line[...])
    while true {
        var cell: [UInt8] = []
        if rest.first == quote {
            rest.removeFirst()
            while let byte = rest.popFirst() {
                if byte == quote {
                    guard rest.first == quote else { break }
                    rest.removeFirst()
                }
                cell.append(byte)
            }
        } else {
            while let byte = rest.first, byte != separator, byte != lineEnd { cell.append(rest.removeFirst()) }
            if cell.contains(quote) || cell.contains(UInt8(ascii: "\r")) { return nil }
        }
        cells.append(cell)
        guard let end = rest.popFirst() else { return nil }
        if end == lineEnd { return rest.isEmpty ? cells : nil }
        guard end == separator else { return nil }
    }
}

/// `key=value` joined by `,`, with a backslash before what is meant as it stands.
private func pairs(of cell: [UInt8]) -> Set<[[UInt8]]> {
    if cell.isEmpty { return [] }
    var (pairs, words, word, rest) = (Set<[[UInt8]]>(), [[UInt8]](), [UInt8](), cell[...])
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "\\"): if let next = rest.popFirst() { word.append(next) }
        case UInt8(ascii: "="): (words, word) = (words + [word], [])
        case UInt8(ascii: ","):
            pairs.insert(words + [word])
            (words, word) = ([], [])
        default: word.append(byte)
        }
    }
    return pairs.union([words + [word]])
}

private func bytes(of attributes: [String: String]) -> Set<[[UInt8]]> {
    Set(attributes.map { [Array($0.key.utf8), Array($0.value.utf8)] })
}
