/// RFC 4180 quoting: a field that holds the separator, a quote, CR or LF is quoted, and its quotes are doubled.
enum CSVField {
    static func needsQuotes(_ text: String, separator: UInt8) -> Bool {
        text.utf8.contains { byte in
            byte == separator || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
        }
    }

    static func bytes(_ text: String, separator: UInt8) -> [UInt8] {
        guard needsQuotes(text, separator: separator) else { return Array(text.utf8) }
        return [UInt8(ascii: "\"")] + doublingQuotes(text) + [UInt8(ascii: "\"")]
    }

    static func doublingQuotes(_ text: String) -> [UInt8] {
        text.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
    }
}
