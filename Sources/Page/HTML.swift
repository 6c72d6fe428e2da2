/// A piece of a page, in which nothing that came from outside is taken for markup.
///
/// It is written as a string literal. What is interpolated is text and is escaped, in content as in quoted attributes;
/// only another piece of a page goes in as it is.
///
///     let cell: HTML = "<td title=\"\(run.name)\">\(run.name)</td>"
///
/// Attributes are quoted, always, and nothing is interpolated into names of elements, into scripts or into style sheets.
package struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
    package let markup: String

    package init(stringLiteral value: StaticString) {
        markup = value.description
    }

    package init(stringInterpolation: StringInterpolation) {
        markup = stringInterpolation.markup
    }

    /// Text as it stands, escaped.
    package init(text: some StringProtocol) {
        var markup = ""
        HTMLText.escape(text, into: &markup)
        self.markup = markup
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            markup += literal.description
        }

        package mutating func appendInterpolation(_ text: some StringProtocol) {
            HTMLText.escape(text, into: &markup)
        }

        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            markup += String(number)
        }

        package mutating func appendInterpolation(_ piece: HTML?) {
            markup += piece?.markup ?? ""
        }

        package mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { markup += piece.markup }
        }

        /// The piece where the condition holds, otherwise nothing.
        package mutating func appendInterpolation(if condition: Bool, _ piece: @autoclosure () -> HTML) {
            if condition { markup += piece().markup }
        }
    }
}

extension Sequence<HTML> {
    /// All of them, with a piece between each two.
    func joined(separator: HTML) -> HTML {
        var joined: HTML = ""
        for (index, piece) in enumerated() { joined = index == 0 ? piece : "\(joined)\(separator)\(piece)" }
        return joined
    }
}
