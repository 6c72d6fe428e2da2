import HTTPServer
import Runs
import Testing

@testable import API

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8))
    }

    @Test(
        arguments: [
            ("null", .null), (" true\n", .bool(true)), ("\t\rfalse ", .bool(false)), ("{}", .object([:])),
            ("[ ]", .array([])),
            (
                #"{"a":[1,{"b":null}],"c":""}"#,
                .object(["a": .array([.number(1), .object(["b": .null])]), "c": .string("")])
            ),
            ("0", .number(0)), ("-0", .number(-0.0)), ("-12.50e-1", .number(-1.25)), ("1E+2", .number(100)),
            ("9007199254740993", .number(9_007_199_254_740_992)), ("1e999", .number(.infinity)),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{c}\n\r\t")),
            (#""\u0000\u00e9\uD834\udd1e""#, .string("\0\u{e9}\u{1d11e}")),
            (#""é𝄞" "#, .string("\u{e9}\u{1d11e}")), (#""{[,:]}""#, .string("{[,:]}")),
        ] as [(String, JSONValue)])
    func `a JSON text is read as it stands`(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x10",
        "1 2",
        "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}", "{1:2}", "{a:1}", #"{"a"}"#, #"{"a":}"#,
        #"{"a":1,}"#, #"{"a":1 "b":2}"#, #"{"a":1]"#, #"{"a":1"#, #"{"a":1}}"#, #"""#, #""a"#, #""\"#, #""\x""#,
        #""\u12""#,
        #""\u12g4""#, "\"\n\"", "\"\u{1f}\"", "'a'", "// a\n1", "\u{feff}1", #""\ud834""#, #""\udd1e""#,
        #""\ud834\ud834""#,
        #""\ud834x""#, #""\ud834\n""#, #""\ud834\u0041""#, "\u{a0}1", "1\0",
    ])
    func `what is no JSON is refused`(text: String) {
        let failure = #expect(throws: JSONParser.Failure.self) { try parse(text) }
        guard case .malformed = failure else { return #expect(Bool(false), "\(text): \(failure!)") }
    }

    @Test(arguments: [
        [0x80], [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc3, 0x22],
    ])
    func `what is no UTF-8 is refused`(bytes: [UInt8]) {
        #expect(throws: JSONParser.Failure.malformed(at: 0)) { try JSONParser.parse(bytes) }
    }

    @Test func `a name that comes twice in an object is refused, however it is written`() throws {
        #expect(throws: JSONParser.Failure.repeatedName("a")) { try parse(#"{"a": 1, "\u0061": 1}"#) }
        _ = try parse(#"{"a": {"a": [{"a": 1}, {"a": 1}]}}"#)
    }

    @Test func `16 levels are read and 17 are refused, whatever strings look like`() throws {
        _ = try parse(String(repeating: "[", count: 16) + String(repeating: "]", count: 16))
        _ = try parse(
            #"["\"[[[[[[[[[[[[[[[[[[[[", "\\", [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], []]"#)
        for text in [String(repeating: "[", count: 17), String(repeating: #"{"a":"#, count: 100_000)] {
            #expect(throws: JSONParser.Failure.nestedTooDeeply) { try parse(text) }
        }
    }

    @Test func `a body that is nested too deeply is a 400 that says so`() {
        let nested = String(repeating: #"{"a":"#, count: 480) + "1" + String(repeating: "}", count: 480)
        let body = #"{"command": ["# + Array(repeating: nested, count: 300).joined(separator: ",") + "]}"
        let problem = #expect(throws: HTTPProblem.self) { try RunRequest.parse(Array(body.utf8)) }
        #expect(problem?.status == .badRequest)
        #expect(problem?.detail?.contains("nested too deeply") == true)
    }
}
