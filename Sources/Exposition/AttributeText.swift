/// The last column of a row: `key=value` joined by `,` and sorted by key, with `\`, `,` and `=` escaped by `\`.
struct AttributeText: Sendable {
    /// The attributes as they are when coverage is complete.
    let complete: String
    /// What stands before and behind the coverage where it is below 1.
    let beforeCoverage: String
    let afterCoverage: String

    private static let coverageKey = "coverage"

    /// An attribute that is itself called `coverage` is left out: the word is the format's.
    init(_ attributes: [String: String]) {
        let pairs = attributes.filter { $0.key != Self.coverageKey }.sorted { $0.key < $1.key }
        let before = pairs.filter { $0.key < Self.coverageKey }.map(Self.pair)
        let after = pairs.filter { $0.key > Self.coverageKey }.map(Self.pair)
        complete = (before + after).joined(separator: ",")
        beforeCoverage = (before + ["\(Self.coverageKey)="]).joined(separator: ",")
        afterCoverage = after.map { ",\($0)" }.joined()
    }

    private static func pair(_ attribute: (key: String, value: String)) -> String {
        "\(escape(attribute.key))=\(escape(attribute.value))"
    }

    private static func escape(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == "," || scalar == "=" { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }
}
