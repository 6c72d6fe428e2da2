import Measurement

/// Lines about what can be measured, for people.
enum CapabilityText {
    /// Two columns, the second wrapped: `why` and `help` under a name.
    static func lines(about obstacle: Obstacle, indent: Int) -> [String] {
        paragraph("why:  ", obstacle.reason, indent) + (obstacle.remedy.map { paragraph("help: ", $0, indent) } ?? [])
    }

    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// A label and a text of 100 columns at most, the second and later lines below the text's beginning.
    static func paragraph(_ label: String, _ text: String, _ indent: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty && indent + label.count + line.count + word.count > 99 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        let margin = String(repeating: " ", count: indent)
        let empty = String(repeating: " ", count: label.count)
        return (lines + [line]).enumerated().map { "\(margin)\($0 == 0 ? label : empty)\($1)" }
    }
}
