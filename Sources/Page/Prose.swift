/// Sentences that this program wrote itself, in which `code` stands between backticks.
enum Prose {
    static func html(_ sentence: String) -> HTML {
        let pieces = sentence.split(separator: "`", omittingEmptySubsequences: false)
        return pieces.enumerated().map { index, piece -> HTML in
            index.isMultiple(of: 2) ? HTML(text: piece) : "<code>\(piece)</code>"
        }.joined(separator: "")
    }
}
