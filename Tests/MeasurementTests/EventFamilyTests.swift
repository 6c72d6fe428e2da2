import Foundation
import Measurement
import Testing

@Suite struct EventFamilyTests {
    @Test func `the page about events has every family with the name of its metrics`() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/events.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for family in EventFamily.allCases {
            #expect(text.contains("`\(family.metricPattern)` |"), "\(family)")
            #expect(family.metricPattern.hasPrefix(family.metricPrefix))
            #expect(!family.units.isEmpty && !family.summary.isEmpty && !family.syntax.isEmpty)
        }
    }
}
