import Analysis

/// Numbers and paragraphs for people; programs read the CSV.
package enum ReportText {
    /// A number with a fixed count of decimals, rounded half away from zero.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        guard (value * scale).magnitude < 1e18 else { return "\(value)" }
        let units = Int64((value.magnitude * scale).rounded())
        let sign = value < 0 && units > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(units)" }
        let fraction = String(units % Int64(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(units / Int64(scale)).\(zeros)\(fraction)"
    }

    /// A count with its digits in groups of three: `12,345`.
    package static func grouped(_ value: Value) -> String {
        guard case .integer(let integer) = value else { return fixed(value.asDouble, 3) }
        let digits = String(integer.magnitude)
        var text = integer < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A rate with a prefix: `98.379 K`.
    package static func scaled(_ value: Double) -> String {
        switch value {
        case 1e9...: "\(fixed(value / 1e9, 3)) G"
        case 1e6...: "\(fixed(value / 1e6, 3)) M"
        case 1e3...: "\(fixed(value / 1e3, 3)) K"
        default: fixed(value, 3)
        }
    }

    /// An amount of memory or data: `1.234 MB`.
    package static func bytes(_ count: UInt64) -> String {
        switch count {
        case 1_000_000_000...: "\(fixed(Double(count) / 1e9, 3)) GB"
        case 1_000_000...: "\(fixed(Double(count) / 1e6, 3)) MB"
        case 1000...: "\(fixed(Double(count) / 1e3, 3)) kB"
        default: "\(count) B"
        }
    }

    /// A sentence as lines of 100 columns, the second and later ones indented.
    package static func wrapped(_ sentence: String) -> String {
        // By bytes, a column for each code point: somebody waits for the report, and characters take ten times as long.
        var text = [UInt8(ascii: " ")]
        var columns = 0
        for word in Array(sentence.utf8).split(separator: UInt8(ascii: " ")) {
            let width = word.count(where: { !UTF8.isContinuation($0) })
            if columns > 0 && columns + 1 + width > 97 {
                text += "\n   ".utf8
                columns = 0
            } else if columns > 0 {
                text.append(UInt8(ascii: " "))
                columns += 1
            }
            text += word
            columns += width
        }
        return String(decoding: text, as: UTF8.self)
    }
}
