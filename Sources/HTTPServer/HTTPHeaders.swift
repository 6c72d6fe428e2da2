/// Header fields in their order. Names compare without regard to case, and may come more than once.
///
/// All of a request's are looked through some ten times and few are ever read, so they stay bytes until then.
package struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// Of one field, in `bytes`.
    private struct Place {
        let name: Range<Int>
        let value: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name: name, value: value) }
    }

    package var fields: [(name: String, value: String)] {
        places.map { (name: text($0.name), value: text($0.value)) }
    }

    /// All values of a field, in their order.
    package func values(of name: StaticString) -> [String] {
        var values: [String] = []
        for place in places where isNamed(place, name) { values.append(text(place.value)) }
        return values
    }

    func count(of name: StaticString) -> Int {
        var count = 0
        for place in places where isNamed(place, name) { count += 1 }
        return count
    }

    package func contains(_ name: StaticString) -> Bool {
        nextIndex(of: name, from: 0) != nil
    }

    /// The field's first value. Setting replaces all of its values; nil removes it.
    package subscript(name: StaticString) -> String? {
        get {
            nextIndex(of: name, from: 0).map { text(places[$0].value) }
        }
        set {
            places = places.filter { !isNamed($0, name) }
            if let newValue { append(name: name.description, value: newValue) }
        }
    }

    package mutating func append(name: String, value: String) {
        append(name.utf8, value.utf8)
    }

    /// - Complexity: amortised, of their bytes alone.
    mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let middle = bytes.count
        bytes.append(contentsOf: value)
        places.append(Place(name: start..<middle, value: middle..<bytes.count))
    }

    mutating func reserveCapacity(fields: Int, bytes count: Int) {
        places.reserveCapacity(fields)
        bytes.reserveCapacity(count)
    }

    /// Whether both have the same values of a field, to the byte.
    package func agrees(with other: HTTPHeaders, on name: StaticString) -> Bool {
        var (own, others) = (nextIndex(of: name, from: 0), other.nextIndex(of: name, from: 0))
        while let one = own, let counterpart = others {
            guard bytes[places[one].value] == other.bytes[other.places[counterpart].value] else { return false }
            (own, others) = (nextIndex(of: name, from: one + 1), other.nextIndex(of: name, from: counterpart + 1))
        }
        return own == nil && others == nil
    }

    /// The fields of these names alone, to the byte.
    package func only(_ names: [StaticString]) -> HTTPHeaders {
        var part = HTTPHeaders()
        for place in places where names.contains(where: { isNamed(place, $0) }) {
            part.append(bytes[place.name], bytes[place.value])
        }
        return part
    }

    private func nextIndex(of name: StaticString, from start: Int) -> Int? {
        // A plain loop: slices are kept alive and released, which costs more than looking at a field.
        var index = start
        while index < places.count {
            if isNamed(places[index], name) { return index }
            index += 1
        }
        return nil
    }

    /// The name of the first field of which something holds.
    func firstName(
        where holds: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Bool
    ) -> String? {
        let place = bytes.withUnsafeBufferPointer { bytes in
            places.first { holds(.init(rebasing: bytes[$0.name]), .init(rebasing: bytes[$0.value])) }
        }
        return place.map { text($0.name) }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private func isNamed(_ place: Place, _ name: StaticString) -> Bool {
        guard place.name.count == name.utf8CodeUnitCount else { return false }
        let start = place.name.lowerBound
        for index in place.name {
            guard Self.lowercased(bytes[index]) == Self.lowercased(name.utf8Start[index - start]) else { return false }
        }
        return true
    }

    /// Whether two names or tokens are the same but for the case of ASCII letters.
    package static func same(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).allSatisfy { lowercased($0) == lowercased($1) }
    }

    /// Of ASCII; other bytes as they are.
    package static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
