import Measurement

/// Writes what Prometheus scrapes, in its text format 0.0.4 or in OpenMetrics 1.0: families with HELP and TYPE, and
/// their samples, without timestamps.
///
///     # HELP ergometer_runs Runs, by state.
///     # TYPE ergometer_runs gauge
///     ergometer_runs{state="running"} 1
///
/// OpenMetrics names the family of a counter without `_total`, tells the unit, and ends in `# EOF`.
/// Knows nothing of what it exposes. Whoever writes keeps the samples of a family together, gives each family
/// once, and ends the names of counters in `_total`.
package struct PrometheusText: Sendable {
    private var bytes: [UInt8] = []
    private var family: [UInt8] = []
    private let format: Format

    package enum Format: Sendable, CaseIterable {
        case text, openMetrics

        package var contentType: String {
            switch self {
            case .text: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// Names and values, written in this order.
    package struct Labels: Sendable, ExpressibleByDictionaryLiteral {
        fileprivate let pairs: [(name: String, value: String)]

        package init(_ pairs: [(name: String, value: String)]) {
            self.pairs = pairs
        }

        package init(dictionaryLiteral elements: (String, String)...) {
            self.init(elements.map { (name: $0.0, value: $0.1) })
        }
    }

    package init(_ format: Format = .text, reservingCapacity capacity: Int = 0) {
        self.format = format
        bytes.reserveCapacity(capacity)
    }

    /// All that was written, with the end that the format wants.
    package func finished() -> [UInt8] {
        format == .openMetrics ? bytes + Array("# EOF\n".utf8) : bytes
    }

    /// Begins a family; the samples that follow belong to it.
    ///
    /// - Parameters:
    ///   - name: letters, digits, `_` and `:`, no digit in front.
    ///   - help: one sentence for people; may hold anything.
    package mutating func family(_ name: String, _ kind: Kind, help: String) {
        family = Array(name.utf8)
        let isBare = format == .openMetrics && kind == .counter && name.hasSuffix(Self.counterSuffix)
        let name = isBare ? String(name.dropLast(Self.counterSuffix.count)) : name
        put("# HELP \(name) ")
        putEscaped(help, quotes: format == .openMetrics)
        put("\n# TYPE \(name) \(kind.rawValue)\n")
        if format == .openMetrics, let unit = Self.units.first(where: { name.hasSuffix("_\($0)") }) {
            put("# UNIT \(name) \(unit)\n")
        }
    }

    private static let counterSuffix = "_total"
    /// What the names of families may end in, before `_total`.
    private static let units = ["joules", "seconds", "bytes", "ratio"]

    package mutating func sample(_ value: some BinaryInteger, labels: Labels = [:]) {
        beginSample("", labels)
        if let small = Int64(exactly: value) {
            bytes.append(decimal: small)
        } else {
            put(String(value))
        }
        endLine()
    }

    package mutating func sample(_ value: Double, labels: Labels = [:]) {
        beginSample("", labels)
        bytes.append(shortest: value)
        endLine()
    }

    /// Writes the buckets, sum and count of one histogram of the family.
    package mutating func sample(_ histogram: Histogram.Snapshot, labels: Labels = [:]) {
        for (bound, count) in zip(histogram.bounds + [.infinity], histogram.cumulativeCounts) {
            beginSample("_bucket", labels, upperBound: bound)
            bytes.append(decimal: count)
            endLine()
        }
        beginSample("_sum", labels)
        bytes.append(shortest: histogram.sum)
        endLine()
        beginSample("_count", labels)
        bytes.append(decimal: histogram.count)
        endLine()
    }

    private mutating func beginSample(_ suffix: String, _ labels: Labels, upperBound: Double? = nil) {
        bytes.append(contentsOf: family)
        put(suffix)
        var opener = "{"
        for (name, value) in labels.pairs {
            put(opener)
            put(name)
            put("=\"")
            putEscaped(value, quotes: true)
            put("\"")
            opener = ","
        }
        if let upperBound {
            put(opener)
            put("le=\"")
            putBound(upperBound)
            put("\"")
            opener = ","
        }
        put(opener == "{" ? " " : "} ")
    }

    /// OpenMetrics wants floats there that look like floats, as Swift writes them: `1.0`, `1e-05`.
    private mutating func putBound(_ bound: Double) {
        if format == .openMetrics, bound.isFinite { put("\(bound)") } else { bytes.append(shortest: bound) }
    }

    private mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func put(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func putEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): put("\\\\")
            case UInt8(ascii: "\n"): put("\\n")
            case UInt8(ascii: "\"") where quotes: put("\\\"")
            default: bytes.append(byte)
            }
        }
    }
}
