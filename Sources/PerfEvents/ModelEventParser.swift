import CLinux
import Measurement

/// Reads the names of model-specific events.
struct ModelEventParser {
    let names: ModelEventNames
    let pmus: PMUDirectory

    /// - Returns: nil for a name that nobody knows.
    func parse(_ text: String) throws(PerfEventNameError) -> PerfEvent? {
        guard let encoding = names.encoding(of: text) else { return nil }
        // Its own table of generic events and tracepoints: those have names of ours.
        guard !Self.genericTypes.contains(encoding.type) else { return nil }
        var event = PerfEvent(
            name: encoding.name, metric: Metric(name: Self.metricName(encoding.name), unit: .count),
            type: encoding.type, config: encoding.config)
        (event.config1, event.config2) = (encoding.config1, encoding.config2)
        event.place = try place(ofType: encoding.type)
        return event.with(encoding.modifiers)
    }

    private static let genericTypes: Set<UInt32> = [
        PERF_TYPE_HARDWARE.rawValue, PERF_TYPE_SOFTWARE.rawValue, PERF_TYPE_TRACEPOINT.rawValue,
        PERF_TYPE_HW_CACHE.rawValue, PERF_TYPE_BREAKPOINT.rawValue,
    ]

    /// `icx::INST_RETIRED:ANY_P` → `perf_model_INST_RETIRED_ANY_P`; which model, the machine says.
    private static func metricName(_ name: String) -> String {
        let start = name.firstRange(of: "::")?.upperBound ?? name.startIndex
        return MetricName.of(.model, name[start...].split(separator: ":").map(String.init))
    }

    private func place(ofType type: UInt32) throws(PerfEventNameError) -> PerfCounterPlace {
        guard let name = pmus.name(ofType: type) else { return .processor }
        if let obstacle = pmus.description(of: name)?.obstacle { throw .refused(obstacle) }
        return pmus.place(of: name)
    }
}
