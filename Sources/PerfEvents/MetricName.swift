import Measurement

/// Names of metrics that are made of names of events.
enum MetricName {
    /// `perf_pmu_cpu_event_0x3c_umask_0x1`: every byte that is no letter or digit becomes `_`, as Prometheus wants it.
    static func of(_ family: EventFamily, _ parts: [String]) -> String {
        family.metricPrefix + parts.map(word).joined(separator: "_")
    }

    private static func word(_ text: String) -> String {
        let bytes = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
