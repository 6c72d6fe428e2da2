import Testing

@testable import Page

@Suite struct HTMLTests {
    @Test func `what is interpolated is text, in content as in attributes`() {
        let hostile = #"</script><img src=x onerror='alert("1")'> & co"#
        let html: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
        let escaped = "&lt;/script&gt;&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt; &amp; co"
        #expect(html.markup == "<p title=\"\(escaped)\">\(escaped)</p>")
        #expect(HTML(text: hostile).markup == escaped)
    }

    @Test func `pieces of a page go in as they are`() {
        let piece: HTML = "<b>\("<")</b>"
        let nothing: HTML? = nil
        let html: HTML = "\(piece)\(nothing)\([piece, piece])\(if: false, "<i></i>")\(if: true, "<u></u>")\(7)"
        #expect(html.markup == "<b>&lt;</b><b>&lt;</b><b>&lt;</b><u></u>7")
        #expect([piece, "<i></i>"].joined(separator: ", ").markup == "<b>&lt;</b>, <i></i>")
    }

    @Test(arguments: [
        ("\0\u{1}\u{1b}[31m", "␀␁␛[31m"), ("a\nb\tc d", "a\nb\tc d"), ("\r\n", "␍\n"), ("\u{7f}", "␡"),
        ("\u{202e}txt.exe", "⟨U+202E⟩txt.exe"), ("\u{9b}", "⟨U+9B⟩"), ("\u{feff}", "⟨U+FEFF⟩"),
        ("\u{301}<", "\u{301}&lt;"), ("grün 👩‍💻", "grün 👩‍💻"), ("\u{fffd}", "\u{fffd}"),
    ])
    func `characters that hide or turn things around are shown as what they are`(text: String, shown: String) {
        #expect(HTML(text: text).markup == shown)
    }

    @Test func `a word for the shell is one word`() {
        #expect(ShellText.quoted("a-b_c/d.e:1") == "a-b_c/d.e:1")
        #expect(ShellText.quoted("") == "''")
        #expect(ShellText.quoted("it's $HOME") == #"'it'\''s $HOME'"#)
        #expect(ShellText.quoted("grün") == "'grün'")
    }

    @Test func `a value in an address is one value`() {
        #expect(AddressText.encoded("a&b=c d/ü") == "a%26b%3Dc%20d%2F%C3%BC")
    }
}
