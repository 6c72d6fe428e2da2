/// Reads a JSON text (RFC 8259) in one pass, strictly: UTF-8 without a byte order mark, nothing behind the value, no
/// name twice in an object, no surrogate without its other half. What would not fit a `Double` is infinite.
///
/// Time and memory grow with the length of the text alone, and the depth is bounded, as recursion needs a stack.
struct JSONParser {
    enum Failure: Error, Equatable {
        /// No JSON, from this byte on.
        case malformed(at: Int)
        case nestedTooDeeply
        case repeatedName(String)
    }

    /// Arrays and objects within each other: many more than a specification has.
    static let maximumDepth = 16

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        // Checked once for all strings: they begin and end at ASCII bytes, so their parts are UTF-8 too.
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .malformed(at: 0) }
        var parser = JSONParser(bytes)
        let value = try parser.value()
        guard parser.next == nil else { throw parser.malformed }
        return value
    }

    private var malformed: Failure { .malformed(at: position) }

    /// The byte to read; nil at the end.
    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The same, behind white space.
    private var next: UInt8? {
        mutating get {
            while let byte = current, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
            return current
        }
    }

    private mutating func take(_ expected: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: expected) else { return false }
        position += 1
        return true
    }

    private mutating func require(_ expected: Unicode.Scalar) throws(Failure) {
        guard take(expected) else { throw malformed }
    }
}

// MARK: - Values

extension JSONParser {
    private mutating func value() throws(Failure) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): .object(try nested { parser throws(Failure) in try parser.object() })
        case UInt8(ascii: "["): .array(try nested { parser throws(Failure) in try parser.array() })
        case UInt8(ascii: "\""): .string(try string())
        case UInt8(ascii: "t"): try word("true", .bool(true))
        case UInt8(ascii: "f"): try word("false", .bool(false))
        case UInt8(ascii: "n"): try word("null", .null)
        default: .number(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard end <= bytes.count, bytes[position..<end].elementsEqual(expected) else { throw malformed }
        position = end
        return value
    }

    /// Steps over the opening bracket and into what it holds.
    private mutating func nested<Content>(
        _ content: (inout JSONParser) throws(Failure) -> Content
    ) throws(Failure) -> Content {
        guard depth < Self.maximumDepth else { throw .nestedTooDeeply }
        depth += 1
        defer { depth -= 1 }
        position += 1
        return try content(&self)
    }

    private mutating func array() throws(Failure) -> [JSONValue] {
        var elements: [JSONValue] = []
        guard next != UInt8(ascii: "]") else { return try closing(elements, "]") }
        while true {
            elements.append(try value())
            guard next == UInt8(ascii: ",") else { return try closing(elements, "]") }
            position += 1
        }
    }

    private mutating func object() throws(Failure) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        guard next != UInt8(ascii: "}") else { return try closing(members, "}") }
        while true {
            guard next == UInt8(ascii: "\"") else { throw malformed }
            let name = try string()
            guard next == UInt8(ascii: ":") else { throw malformed }
            position += 1
            guard members.updateValue(try value(), forKey: name) == nil else { throw .repeatedName(name) }
            guard next == UInt8(ascii: ",") else { return try closing(members, "}") }
            position += 1
        }
    }

    private mutating func closing<Content>(
        _ content: Content, _ bracket: Unicode.Scalar
    ) throws(Failure) -> Content {
        try require(bracket)
        return content
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func number() throws(Failure) -> Double {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else { throw malformed }
        return number
    }

    /// At least one.
    private mutating func digits() throws(Failure) {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        if position == start { throw malformed }
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws(Failure) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            let start = position
            while let byte = current, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                position += 1
            }
            text += bytes[start..<position]
            if take("\"") { return String(decoding: text, as: UTF8.self) }
            try require("\\")
            text += UTF8.encode(try escaped())!
        }
    }

    /// What stands behind a backslash.
    private mutating func escaped() throws(Failure) -> Unicode.Scalar {
        guard let byte = current else { throw malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw malformed
        }
    }

    /// Four digits, or twice four for what lies beyond U+FFFF: a high surrogate and a low one.
    private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first) else { throw malformed }
        try require("\\")
        try require("u")
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else { throw malformed }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func codeUnit() throws(Failure) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw malformed }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
