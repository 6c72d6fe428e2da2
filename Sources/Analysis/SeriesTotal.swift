import Measurement

/// What one series amounts to over a whole run.
package struct SeriesTotal: Sendable, Codable, Hashable {
    package let series: Series
    package let result: Result
    /// time_running ÷ time_enabled over the run, 0…1; nil for series that always run.
    package let coverage: Double?

    package init(series: Series, result: Result, coverage: Double?) {
        self.series = series
        self.result = result
        self.coverage = coverage
    }

    package enum Result: Sendable, Codable, Hashable {
        case measured(Value)
        /// There is no number, and this is why.
        case unavailable(reason: String)
    }
}

/// A change or a total of a series, in its unit.
package enum Value: Sendable, Codable, Hashable {
    /// A count, kept as a whole number; estimated (and rounded) where coverage is below 1.
    case integer(Int64)
    case real(Double)

    package var asDouble: Double {
        switch self {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        }
    }
}
