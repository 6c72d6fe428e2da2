import Testing

@testable import PerfEvents

@Suite struct PMUFormatTests {
    @Test(
        "a value goes into the bits that the description names, its low end first",
        arguments: [
            ("config:0-7", 0x3c, [0x3c, 0, 0]), ("config:8-15", 0x1, [0x100, 0, 0]), ("config:18", 1, [1 << 18, 0, 0]),
            ("config:0-7,32-35", 0x976, [0x9_0000_0076, 0, 0]), ("config1:0-63", .max, [0, .max, 0]),
            ("config2:4-5", 3, [0, 0, 0x30]), ("config:63", 1, [1 << 63, 0, 0]),
        ] as [(String, UInt64, [UInt64])])
    func stores(text: String, value: UInt64, words: [UInt64]) throws {
        let format = try #require(PMUFormat(parsing: text))
        var stored: [UInt64] = [0, 0, 0]
        #expect(format.store(value, in: &stored))
        #expect(stored == words)
    }

    @Test("a value takes the place of an earlier one and leaves other bits alone")
    func replaces() throws {
        var words: [UInt64] = [0xffff, 0, 0]
        #expect(try #require(PMUFormat(parsing: "config:8-15")).store(0x01, in: &words))
        #expect(words == [0x01ff, 0, 0])
    }

    @Test("what does not fit is refused, and nothing is stored", arguments: [("config:0-7", 256), ("config:18", 2)])
    func tooLarge(text: String, value: UInt64) throws {
        var words: [UInt64] = [7, 0, 0]
        let format = try #require(PMUFormat(parsing: text))
        #expect(!format.store(value, in: &words))
        #expect(words == [7, 0, 0])
        #expect(format.maximum == value - 1)
    }

    @Test(
        "what is not understood is no format",
        arguments: [
            "", "config", "config:", "config:x", "config3:0-7", "config:7-0", "config:0-64", "config:0-7,",
            "config:0-7,3",
            "config:-1", "config:1-2-3", ":0-7", "config:0-7 ",
        ])
    func garbage(text: String) {
        #expect(PMUFormat(parsing: text) == nil)
    }

    @Test(
        "terms have a name and perhaps a number, decimal or with 0x",
        arguments: [
            ("event=0x3c", ["event=0x3c"]), ("event=60,umask=1", ["event=0x3c", "umask=0x1"]), ("any", ["any=0x1"]),
            ("a-b.c_d=0XFF", ["a-b.c_d=0xff"]), ("x=0", ["x=0x0"]),
        ])
    func terms(text: String, expected: [String]) {
        #expect(PMUTerm.list(parsing: text)?.map(\.text) == expected)
    }

    @Test(
        "other text is none, a number that C would read as octal included",
        arguments: [
            "", ",", "a,", "=1", "a=", "a=x", "a=-1", "a=+1", "a= 1", "a=0x", "a=017", "a=1=2", "a/b", "../x", ".a",
            "-a",
            "a=18446744073709551616", "ä=1", "a=１", "a\0",
        ])
    func noTerms(text: String) {
        #expect(PMUTerm.list(parsing: text) == nil)
    }
}
