import Analysis
import Measurement

/// Writes the rows of one run's series.
struct CSVRowWriter: Sendable {
    private let options: MeasurementOptions
    private let anchor: ClockAnchor
    private let series: [Places]
    /// What does not change in the rows, of all series one behind the other: an array for each piece would be retained
    /// and released with each row.
    private let text: [UInt8]
    private var timestamp = TimestampText()

    /// Where the pieces of a ``CSVSeriesText`` stand in the text.
    private struct Places {
        let head: Range<Int>
        let tail: Range<Int>
        let beforeCoverage: Range<Int>
        let afterCoverage: Range<Int>
    }

    init(series: [Series], anchor: ClockAnchor, options: MeasurementOptions) {
        self.options = options
        self.anchor = anchor
        var text: [UInt8] = []
        func place(_ piece: [UInt8]) -> Range<Int> {
            text += piece
            return text.count - piece.count..<text.count
        }
        self.series = series.map {
            let pieces = CSVSeriesText($0, options: options)
            return Places(
                head: place(pieces.head), tail: place(pieces.tail), beforeCoverage: place(pieces.beforeCoverage),
                afterCoverage: place(pieces.afterCoverage))
        }
        self.text = text
    }

    /// - Parameter index: which of the series.
    @inline(__always)
    mutating func write(
        _ index: Int, at instant: MonotonicInstant, _ change: SeriesChange, into output: inout [UInt8]
    ) {
        let places = series[index]
        timestamp.write(anchor.wallTime(at: instant))
        output.append(text, places.head)
        output.append(timestamp.bytes, 0..<timestamp.bytes.count)
        output.append(options.separator.byte)
        output.append(options.values == .cumulative ? change.total : change.change)
        if change.coverage == 1 { return output.append(text, places.tail) }
        output.append(text, places.beforeCoverage)
        output.append(shortest: change.coverage)
        output.append(text, places.afterCoverage)
    }
}

extension [UInt8] {
    /// Appends a part of other bytes, which keep their count of references.
    @inline(__always)
    fileprivate mutating func append(_ bytes: borrowing [UInt8], _ range: Range<Int>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
    }

    @inline(__always)
    fileprivate mutating func append(_ value: Value) {
        switch value {
        case .integer(let integer): append(decimal: integer)
        case .real(let real): append(shortest: real)
        }
    }
}
