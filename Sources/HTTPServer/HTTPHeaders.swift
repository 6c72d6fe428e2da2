/// Header fields in their order. Names compare without regard to case, and may come more than once.
package struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    package private(set) var fields: [(name: String, value: String)] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// All values of a field, in their order.
    package func values(of name: String) -> [String] {
        var values: [String] = []
        for field in fields where HTTPHeaders.same(field.name, name) { values.append(field.value) }
        return values
    }

    /// The field's first value. Setting replaces all of its values; nil removes it.
    package subscript(name: String) -> String? {
        get { fields.first { HTTPHeaders.same($0.name, name) }?.value }
        set {
            fields.removeAll { HTTPHeaders.same($0.name, name) }
            if let newValue { fields.append((name: name, value: newValue)) }
        }
    }

    package mutating func reserveCapacity(_ count: Int) {
        fields.reserveCapacity(count)
    }

    package mutating func append(name: String, value: String) {
        fields.append((name: name, value: value))
    }

    /// Whether two names or tokens are the same but for the case of ASCII letters.
    package static func same(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        // Not with zip, which is not specialised: this is asked some fifty times for each request.
        var bytes = other.utf8.makeIterator()
        for byte in one.utf8 {
            guard let counterpart = bytes.next(), lowercased(byte) == lowercased(counterpart) else { return false }
        }
        return true
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
