/// One term of an event between the slashes: `event=0x3c`, `umask=1`, `any`.
///
///     event=0x3c,umask=0x01
///     event=0xcd,umask=0x1,ldlat=3
struct PMUTerm: Sendable, Hashable {
    let name: String
    /// Nil where nothing was said: then it is 1, or the name is that of an event.
    let value: UInt64?

    /// The terms of a text, or nil when it is not understood. Numbers are decimal or begin with 0x.
    static func list(parsing text: some StringProtocol) -> [PMUTerm]? {
        var terms: [PMUTerm] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let term = PMUTerm(parsing: part) else { return nil }
            terms.append(term)
        }
        return terms
    }

    init?(parsing text: some StringProtocol) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        guard let name = sides.first, Self.isName(name) else { return nil }
        self.name = name
        guard sides.count == 2 else {
            value = nil
            return
        }
        guard let value = Self.number(sides[1]) else { return nil }
        self.value = value
    }

    /// As it stands in the one spelling of an event: `umask=0x1`.
    var text: String { "\(name)=0x\(String(value ?? 1, radix: 16))" }

    /// Letters, digits, `-`, `_` and `.`: as sysfs has them, and no path.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// A number in C's notation. A leading zero is refused: to C it would mean octal, to a person not.
    private static func number(_ text: String) -> UInt64? {
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            let digits = text.dropFirst(2)
            return digits.utf8.allSatisfy(isHexDigit) ? UInt64(digits, radix: 16) : nil
        }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || !text.hasPrefix("0") else {
            return nil
        }
        return UInt64(text)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
