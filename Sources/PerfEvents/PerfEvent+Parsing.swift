import CLinux
import Measurement

extension PerfEvent {
    /// Reads an event's name as users write it: `cpu-cycles`, `LLC-load-misses:u`, `r412e`.
    ///
    /// - Returns: nil when the name means nothing to this program, whatever the machine can do.
    package init?(parsing text: String) {
        var name = Substring(text)
        var modifiers = PerfModifiers.both
        if let colon = text.lastIndex(of: ":") {
            guard let suffix = PerfModifiers(suffix: text[text.index(after: colon)...]) else { return nil }
            name = text[..<colon]
            modifiers = suffix
        }
        guard let event = PerfEventCatalog.event(named: name) ?? Self.raw(name) else { return nil }
        self = event.with(modifiers)
    }

    /// `r` and up to 16 hexadecimal digits: the configuration word of the CPU's own PMU, from its manual.
    private static func raw(_ name: Substring) -> PerfEvent? {
        guard name.first == "r" || name.first == "R", (2...17).contains(name.utf8.count),
            name.dropFirst().allSatisfy(\.isHexDigit), let config = UInt64(name.dropFirst(), radix: 16)
        else { return nil }
        let canonical = "r" + String(config, radix: 16)
        return PerfEvent(
            name: canonical, metric: Metric(name: "\(EventFamily.raw.metricPrefix)\(canonical)", unit: .count),
            type: PERF_TYPE_RAW.rawValue, config: config)
    }
}
