/// How much room text takes, about: there is no font on the server.
enum TextRuler {
    /// In pixels, for a sans-serif font; characters of East Asia are as wide as they are high.
    static func length(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 0.56 : 1) * size }
    }

    /// The beginning of a text that fits.
    static func shortened(_ text: String, to width: Double, size: Double) -> String {
        if length(text, size: size) <= width { return text }
        var kept = ""
        var used = size
        for character in text {
            used += length(String(character), size: size)
            if used > width { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The text broken between words into lines that fit.
    static func lines(_ text: String, width: Double, size: Double) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let line = lines.last, length("\(line) \(word)", size: size) <= width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.map { shortened($0, to: width, size: size) }
    }
}
