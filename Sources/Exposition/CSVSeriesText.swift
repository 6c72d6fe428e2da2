import Measurement

/// What is the same in all rows of a series, rendered once.
struct CSVSeriesText: Sendable {
    /// The metric and the separator behind it.
    let head: [UInt8]
    /// From the separator behind the value to the end of the line.
    let tail: [UInt8]
    /// The same around a coverage below 1.
    let beforeCoverage: [UInt8]
    let afterCoverage: [UInt8]

    init(_ series: Series, options: MeasurementOptions) {
        let separator = options.separator.byte
        let name = options.units == .symbol ? series.metric.nameWithUnit : series.metric.name
        head = CSVField.bytes(name, separator: separator) + [separator]

        let cells = [series.resource.kind, series.resource.id, series.consumer.kind, series.consumer.id]
        let middle = [separator] + cells.flatMap { CSVField.bytes($0, separator: separator) + [separator] }
        let attributes = AttributeText(series.attributes)
        let lineEnd = UInt8(ascii: "\n")
        tail = middle + CSVField.bytes(attributes.complete, separator: separator) + [lineEnd]

        let isQuoted = CSVField.needsQuotes(
            attributes.beforeCoverage + attributes.afterCoverage, separator: separator)
        let quote = isQuoted ? [UInt8(ascii: "\"")] : []
        beforeCoverage = middle + quote + CSVField.doublingQuotes(attributes.beforeCoverage)
        afterCoverage = CSVField.doublingQuotes(attributes.afterCoverage) + quote + [lineEnd]
    }
}
