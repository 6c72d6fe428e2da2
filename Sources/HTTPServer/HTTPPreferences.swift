/// What a client would rather have, as in `Accept` and `Accept-Encoding` (RFC 9110, 12.4.2 and 12.5).
///
///     application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1
///     gzip, deflate, br;q=0
package struct HTTPPreferences: Sendable {
    package let items: [Item]

    package struct Item: Sendable, Hashable {
        /// In lower case: `text/plain`, `gzip`, `*`.
        package let name: String
        /// Names in lower case, values without quotes; `q` is left out.
        package let parameters: [String: String]
        /// 0 … 1; 0 is what the client does not take.
        package let weight: Double
    }

    /// Anybody may send a head full of them: no more are read, and none that is longer, in bytes.
    private static let maximumItems = 32
    private static let longestItem = 256

    /// - Parameter values: all fields of that name; what cannot be read is left out.
    package init(_ values: [String]) {
        items = values.prefix(Self.maximumItems)
            .flatMap { $0.split(separator: ",", maxSplits: Self.maximumItems).prefix(Self.maximumItems) }
            .prefix(Self.maximumItems).filter { $0.utf8.count <= Self.longestItem }.compactMap(Self.item)
    }

    /// The greatest weight among those that match; nil when none does.
    package func weight(where matches: (Item) -> Bool) -> Double? {
        items.filter(matches).map(\.weight).max()
    }

    private static func item(_ text: Substring) -> Item? {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { trimmed($0) }
        guard let name = parts.first, !name.isEmpty else { return nil }
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            parameters[trimmed(pair[0]).lowercased()] = trimmed(pair[1]).filter { $0 != "\"" }
        }
        let weight = parameters.removeValue(forKey: "q").map(Self.weight) ?? 1
        return Item(name: name.lowercased(), parameters: parameters, weight: weight)
    }

    /// What is no weight is that of something unwanted.
    private static func weight(_ text: String) -> Double {
        Double(text).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
