/// What a series did between two neighbouring edges of a picture, as rates.
package struct SeriesPoint: Sendable, Hashable {
    /// The least rate of all sampling intervals that touch the point.
    package let minimum: Double
    /// The change within the point ÷ the time within it that was measured.
    package let mean: Double
    /// The greatest rate of all sampling intervals that touch the point.
    package let maximum: Double
    /// The least coverage of these intervals, 0…1; below 1 the rates are scaled up: an estimate.
    package let coverage: Double

    package init(minimum: Double, mean: Double, maximum: Double, coverage: Double = 1) {
        self.minimum = minimum
        self.mean = mean
        self.maximum = maximum
        self.coverage = coverage
    }
}
