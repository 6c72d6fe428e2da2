import Analysis
import Testing

@testable import Page

@Suite struct QuantityTests {
    @Test(arguments: [
        (0.0, "0 J"), (12.3456, "12.35 J"), (0.0123456, "12.35 mJ"), (1234.5, "1.235 kJ"), (999.96, "1.000 kJ"),
        (0.99996, "1.000 J"), (-3.0, "-3.000 J"), (5e-12, "0.005 nJ"), (2.5e15, "2500 TJ"),
    ])
    func `amounts have four digits and a prefix`(joules: Double, text: String) {
        let quantity = Quantity.joules(joules)
        #expect(quantity.text.replacing("\u{202f}", with: " ") == (joules == 0 ? "0.000 J" : text))
        #expect(quantity.exact == "\(joules) J")
    }

    @Test(arguments: [
        (0.0000123, "12.30 µs"), (0.25, "250.0 ms"), (59.99, "59.99 s"), (60, "1 min"), (119.96, "2 min"),
        (3599.97, "1 h 0 min"), (3659.7, "1 h 1 min"), (61.5, "1 min 1.5 s"),
        (3600, "1 h 0 min"), (3725, "1 h 2 min 5 s"), (9e59, "9e+59 s"),
    ])
    func `times are told as people tell them`(seconds: Double, text: String) {
        #expect(Quantity.seconds(seconds).text.replacing("\u{202f}", with: " ") == text)
    }

    @Test func `counts keep all of their digits`() {
        let count = Quantity.count(.integer(9_007_199_254_740_993))
        #expect(count.text == "9,007,199,254,740,993" && count.exact == "9007199254740993")
    }

    @Test func `CPU time is shown in seconds and kept in nanoseconds`() {
        let time = Quantity.amount(.integer(1_500_000_001), .nanoseconds)
        #expect(time.text == "1.500\u{202f}s" && time.exact == "1500000001 ns")
        #expect(Quantity.rate(2.5e8, .nanoseconds).text == "0.250\u{202f}CPU")
    }
}
