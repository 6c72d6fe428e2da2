import Measurement

/// Writes the Prometheus text format 0.0.4: families with HELP and TYPE, and their samples, without timestamps.
///
///     # HELP ergometer_runs Runs, by state.
///     # TYPE ergometer_runs gauge
///     ergometer_runs{state="running"} 1
///
/// Knows nothing of what it exposes. Whoever writes keeps the samples of a family together, gives each family
/// once, and ends the names of counters in `_total`.
package struct PrometheusText: Sendable {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []
    private var family: [UInt8] = []

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

    package init(reservingCapacity capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Begins a family; the samples that follow belong to it.
    ///
    /// - Parameters:
    ///   - name: letters, digits, `_` and `:`, no digit in front.
    ///   - help: one sentence for people; may hold anything.
    package mutating func family(_ name: String, _ kind: Kind, help: String) {
        family = Array(name.utf8)
        put("# HELP ")
        put(name)
        put(" ")
        putEscaped(help, quotes: false)
        put("\n# TYPE ")
        put(name)
        put(" ")
        put(kind.rawValue)
        put("\n")
    }

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
            bytes.append(shortest: upperBound)
            put("\"")
            opener = ","
        }
        put(opener == "{" ? " " : "} ")
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
