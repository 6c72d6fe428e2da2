/// Text from outside as it may stand in content and in quoted attributes.
enum HTMLText {
    static func escape(_ text: some StringProtocol, into markup: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": markup += "&amp;"
            case "<": markup += "&lt;"
            case ">": markup += "&gt;"
            case "\"": markup += "&quot;"
            case "'": markup += "&#39;"
            case "\n", "\t": markup.unicodeScalars.append(scalar)
            case "\0"..." ": markup.unicodeScalars.append(picture(of: scalar))
            case "\u{7f}": markup += "\u{2421}"
            case _ where isMisleading(scalar):
                markup += "\u{27e8}U+\(String(scalar.value, radix: 16, uppercase: true))\u{27e9}"
            default: markup.unicodeScalars.append(scalar)
            }
        }
    }

    /// HTML has no control characters: theirs pictures stand for them. A space stays one.
    private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar == " " ? scalar : Unicode.Scalar(0x2400 + scalar.value)!
    }

    /// What turns the text behind it around or hides: a command must not look like another one.
    static func isMisleading(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9f, 0x200b, 0x200e...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb,
            0xe0000...0xe0fff:
            true
        default: false
        }
    }
}
