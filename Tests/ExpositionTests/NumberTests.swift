import Exposition
import Testing

@Suite struct NumberTests {
    private func text(_ value: Double) -> String {
        var bytes: [UInt8] = []
        bytes.append(shortest: value)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "A double is written in its shortest form without an exponent",
        arguments: [
            (60, "60"), (0, "0"), (-0.0, "-0"), (0.1, "0.1"), (0.1 + 0.2, "0.30000000000000004"), (1e-7, "0.0000001"),
            (-1.5e-7, "-0.00000015"), (1e22, "10000000000000000000000"), (1.25e20, "125000000000000000000"),
            (1e16, "10000000000000000"), (123456.789, "123456.789"), (-2.5, "-2.5"), (100, "100"),
            (0x1p53, "9007199254740992"), (0x1p53 + 2, "9007199254740994"), (0x1p63, "9223372036854776000"),
            (1e100, "1" + String(repeating: "0", count: 100)),
            (.leastNonzeroMagnitude, "0." + String(repeating: "0", count: 323) + "5"),
            (.greatestFiniteMagnitude, "17976931348623157" + String(repeating: "0", count: 292)),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func doubles(value: Double, expected: String) {
        #expect(text(value) == expected)
    }

    @Test("Every double reads back to the same bits")
    func readBack() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            let written = text(value)
            #expect(Double(written)?.bitPattern == value.bitPattern, "\(value) became \(written)")
            #expect(!written.contains("e"))
        }
    }

    @Test(
        "Whole millionths are as short as Swift knows to write them, and so are their neighbours",
        arguments: [1e3, 1e6, 1e9, 1e12, 9.9e14, 1e17])
    func millionths(magnitude: Double) {
        for _ in 0..<2000 {
            let value = Double.random(in: -magnitude...magnitude).rounded() / 1e6
            for value in [value, value.nextUp, value.nextDown] where !value.description.contains("e") {
                let expected = value.description
                #expect(text(value) == (expected.hasSuffix(".0") ? String(expected.dropLast(2)) : expected))
            }
        }
    }

    @Test(
        "Integers are written in decimal",
        arguments: [0, 1, -1, 9, 10, 99, 100, -12345, .max, .min, .min + 1] as [Int64])
    func integers(value: Int64) {
        var bytes: [UInt8] = []
        bytes.append(decimal: value)
        #expect(String(decoding: bytes, as: UTF8.self) == String(value))
    }

    @Test("The greatest unsigned integer fits")
    func unsigned() {
        var bytes: [UInt8] = []
        bytes.append(decimal: UInt64.max)
        #expect(String(decoding: bytes, as: UTF8.self) == "18446744073709551615")
    }
}
