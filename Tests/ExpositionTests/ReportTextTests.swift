import Exposition
import Testing

@Suite struct ReportTextTests {
    private func lines(_ sentence: String) -> [Substring] {
        ReportText.wrapped(sentence).split(separator: "\n")
    }

    @Test func `long sentences are broken between words, and nothing of them is lost`() {
        let words = (1...60).map { String(repeating: "w", count: $0 % 13 + 1) }
        let lines = lines(words.joined(separator: " "))
        #expect(lines.flatMap { $0.split(separator: " ") } == words.map { $0[...] })
        #expect(lines.allSatisfy { $0.count <= 100 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("   ") } && lines[0].hasPrefix(" w"))
    }

    @Test func `a code point is a column, however many bytes it has`() {
        #expect(lines(Array(repeating: "µµ", count: 32).joined(separator: " ")).count == 1)
        #expect(lines(Array(repeating: "µµ", count: 33).joined(separator: " ")).count == 2)
    }

    @Test func `a word that is longer than a line has one of its own`() {
        let long = String(repeating: "x", count: 200)
        #expect(ReportText.wrapped("a \(long) b") == " a\n   \(long)\n   b")
        #expect(ReportText.wrapped("") == " ")
    }
}
