/// The target of a request line, decoded.
///
///     /runs/018f3a/measurements.csv?units=none&label=a%3Db
///     *
package struct HTTPTarget: Sendable {
    package let path: String
    package let query: [(name: String, value: String)]
    /// The authority of a target in absolute form, as proxies send it: `http://host:port/path`.
    package let authority: String?

    /// - Parameter bytes: the target as it was received.
    /// - Throws: `HTTPProblem` (400) that says what is wrong with it.
    package init(_ bytes: [UInt8]) throws(HTTPProblem) {
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "#") }) else {
            throw HTTPTarget.problem("The target contains a character that must be percent-encoded.")
        }
        let (authority, rest) = try HTTPTarget.originForm(of: bytes[...])
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        self.authority = authority
        path = try HTTPTarget.path(rest[..<mark])
        query = try HTTPTarget.query(rest[mark...].dropFirst())
    }

    private static func problem(_ detail: String) -> HTTPProblem {
        HTTPProblem(.badRequest, detail: detail)
    }

    /// Takes scheme and authority off a target in absolute form.
    private static func originForm(
        of bytes: ArraySlice<UInt8>
    ) throws(HTTPProblem) -> (authority: String?, rest: ArraySlice<UInt8>) {
        if bytes.first == UInt8(ascii: "/") || bytes.elementsEqual("*".utf8) { return (nil, bytes) }
        let scheme = ["http://", "https://"].first { bytes.prefix($0.utf8.count).elementsEqual($0.utf8) }
        guard let scheme else { throw problem("The target is neither a path nor a URL.") }
        let afterScheme = bytes.dropFirst(scheme.utf8.count)
        let authority = afterScheme.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        let rest = afterScheme.dropFirst(authority.count)
        guard let text = String(validating: authority, as: UTF8.self), !text.isEmpty else {
            throw problem("The target is a URL without a host.")
        }
        return (text, rest.first == UInt8(ascii: "/") ? rest : [UInt8(ascii: "/")] + rest)
    }

    /// Decodes; an encoded slash or dot must not make another path of it.
    private static func path(_ bytes: ArraySlice<UInt8>) throws(HTTPProblem) -> String {
        let slash = UInt8(ascii: "/")
        let text = try decoded(bytes, plusIsSpace: false, what: "path")
        // Only where there can be one of them: counting and splitting cost more than all the rest.
        if bytes.contains(UInt8(ascii: "%")) {
            guard text.utf8.count(where: { $0 == slash }) == bytes.count(where: { $0 == slash }) else {
                throw problem("The path contains an encoded slash.")
            }
        }
        if text.utf8.contains(UInt8(ascii: ".")) {
            let segments = text.utf8.split(separator: slash)
            guard !segments.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }) else {
                throw problem("The path contains a dot segment.")
            }
        }
        return text
    }

    private static func query(_ bytes: ArraySlice<UInt8>) throws(HTTPProblem) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        for item in bytes.split(separator: UInt8(ascii: "&")) {
            let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(parts[0], plusIsSpace: true, what: "query")
            let value = parts.count > 1 ? try decoded(parts[1], plusIsSpace: true, what: "query") : ""
            query.append((name: name, value: value))
        }
        return query
    }

    /// Percent-decodes; control characters and what is not UTF-8 are refused, encoded or not.
    ///
    /// - Parameter bytes: of a target without control characters.
    private static func decoded(
        _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool, what: String
    ) throws(HTTPProblem) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") || $0 >= 0x80 }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    throw problem("The \(what) contains a % that is not followed by two hexadecimal digits.")
                }
                result.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: result.append(UInt8(ascii: " "))
            default: result.append(byte)
            }
        }
        guard result.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw problem("The \(what) contains a control character.")
        }
        guard let text = String(validating: result, as: UTF8.self) else {
            throw problem("The \(what) is not valid UTF-8.")
        }
        return text
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }
}
