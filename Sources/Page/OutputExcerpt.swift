/// The end of what a command has written to one of its streams, for people to look at.
package struct OutputExcerpt: Sendable {
    /// `stdout` or `stderr`.
    let stream: String
    /// The last bytes as text; what is no UTF-8 is replaced.
    let text: String
    /// How much is kept in all.
    let keptBytes: UInt64
    /// Whether the text begins in the middle.
    let isCut: Bool

    /// How much is shown at most.
    package static let maximumBytes = 16 << 10

    /// - Parameter tail: the last bytes, `maximumBytes` at most.
    package init(stream: String, tail: [UInt8], keptBytes: UInt64) {
        self.stream = stream
        self.keptBytes = keptBytes
        isCut = UInt64(tail.count) < keptBytes
        // A line that is cut in two is left out, and with it half a character.
        let newline = isCut ? tail.firstIndex(of: UInt8(ascii: "\n")) : nil
        text = String(decoding: newline.map { tail[($0 + 1)...] } ?? tail[...], as: UTF8.self)
    }

    /// - Parameter path: of the run.
    func html(_ path: String) -> HTML {
        """
        <h3 id="\(stream)-title">\(stream)</h3>
        \(if: keptBytes == 0, "<p class=\"none\">Nothing.</p>")
        \(if: keptBytes > 0, box(path))
        """
    }

    private func box(_ path: String) -> HTML {
        """
        <p class="hint">\(if: isCut, "The end of it; ")<a href="\(path)/\(stream)" download>\(Quantity.bytes(keptBytes).text)</a>\
        \(if: !isCut, " in all")</p>
        <pre class="output" id="\(stream)-text" tabindex="0" role="region" aria-labelledby="\(stream)-title">\(text)</pre>
        """
    }
}
