import LinuxSystem
import Testing

@Suite struct ByteParserTests {
    @Test(
        "a number with white space around it is read",
        arguments: [
            ("0", 0), ("0\n", 0), ("262143328850\n", 262_143_328_850), ("  7  \n", 7), ("\t\r\n8", 8), ("007", 7),
            ("18446744073709551615", UInt64.max), ("00000000000000000000018446744073709551615\n", UInt64.max),
        ] as [(String, UInt64)])
    func reads(text: String, value: UInt64) throws {
        #expect(try ByteParser.decimal(Array(text.utf8).span) == value)
    }

    @Test(
        "what is no number is refused, with the reason",
        arguments: [
            ("", .empty), (" \n\t", .empty), ("-1", .unexpectedByte(at: 0)), ("+1", .unexpectedByte(at: 0)),
            ("abc", .unexpectedByte(at: 0)), ("12a", .unexpectedByte(at: 2)), ("12 34", .unexpectedByte(at: 3)),
            ("1.5", .unexpectedByte(at: 1)), ("0x10", .unexpectedByte(at: 1)), ("5\0", .unexpectedByte(at: 1)),
            ("\0", .unexpectedByte(at: 0)), ("1,000", .unexpectedByte(at: 1)), ("٣", .unexpectedByte(at: 0)),
            ("18446744073709551616", .overflow), ("18446744073709551620", .overflow),
            ("99999999999999999999999", .overflow),
        ] as [(String, ByteParser.Failure)])
    func refuses(text: String, failure: ByteParser.Failure) {
        #expect(throws: failure) { try ByteParser.decimal(Array(text.utf8).span) }
    }

    @Test func `numbers and words are read one after the other`() {
        let text = "cpu12 7\t18446744073709551615 18446744073709551616\nend"
        let bytes = Array(text.utf8)
        var index = 0
        #expect(ByteParser.skip("cpu", in: bytes.span, from: &index))
        #expect(!ByteParser.skip("cpu", in: bytes.span, from: &index))
        #expect(ByteParser.nextDecimal(bytes.span, from: &index) == 12)
        #expect(ByteParser.nextDecimal(bytes.span, from: &index) == 7)
        #expect(ByteParser.nextDecimal(bytes.span, from: &index) == .max)
        #expect(ByteParser.nextDecimal(bytes.span, from: &index) == nil)
        ByteParser.skipLine(bytes.span, from: &index)
        #expect(ByteParser.nextDecimal(bytes.span, from: &index) == nil)
        #expect(!ByteParser.skip("ends", in: bytes.span, from: &index))
        #expect(ByteParser.skip("end", in: bytes.span, from: &index))
        ByteParser.skipLine(bytes.span, from: &index)
        #expect(index == bytes.count)
    }
}
