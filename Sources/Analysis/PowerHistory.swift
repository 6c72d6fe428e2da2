import Measurement

/// The power of the machine's domains over the last heartbeats of the sampler.
package struct PowerHistory: Sendable {
    /// One for each energy series of the layout, in its order.
    package let domains: [DomainPower]
    /// From the first heartbeat to the last.
    package let span: Duration

    /// - Parameters:
    ///   - heartbeats: raw values of the machine's sources, the oldest first.
    ///   - isDead: whether a counter has never moved, also before these heartbeats: it has no power, as in a run's
    ///     totals. One that has and rests now has 0 W.
    package init(heartbeats: FrameBlock, layout: SourceLayout, isDead: (SeriesColumn) -> Bool) {
        span = heartbeats.count < 2 ? .zero : heartbeats.instant(at: heartbeats.count - 1) - heartbeats.instant(at: 0)
        domains = layout.series.filter { $0.series.metric == .consumedEnergy }.map { column in
            DomainPower(series: column.series, points: Self.points(of: column, in: heartbeats, isDead: isDead(column)))
        }
    }

    private static func points(of column: SeriesColumn, in block: FrameBlock, isDead: Bool) -> [DomainPower.Point] {
        guard block.count > 1 else { return [] }
        let last = block.instant(at: block.count - 1)
        return (1..<block.count).map { row in
            DomainPower.Point(
                age: last - block.instant(at: row), watts: isDead ? nil : watts(of: column, in: block, row: row))
        }
    }

    /// The mean between two heartbeats; nil where one of them was not read, or the counter stepped back.
    private static func watts(of column: SeriesColumn, in block: FrameBlock, row: Int) -> Double? {
        let before = block.value(row: row - 1, column: column.column)
        let now = block.value(row: row, column: column.column)
        let seconds = (block.instant(at: row) - block.instant(at: row - 1)).inSeconds
        guard before != absentValue, now != absentValue, now >= before, seconds > 0 else { return nil }
        return Double(now - before) * column.multiplier / column.divisor / seconds
    }
}

/// The power of one domain, one point for each heartbeat but the first.
package struct DomainPower: Sendable {
    package let series: Series
    package let points: [Point]

    package struct Point: Sendable, Hashable {
        /// How long before the last heartbeat.
        package let age: Duration
        /// Since the heartbeat before; nil where that was not measured.
        package let watts: Double?

        package init(age: Duration, watts: Double?) {
            self.age = age
            self.watts = watts
        }
    }

    package init(series: Series, points: [Point]) {
        self.series = series
        self.points = points
    }

    /// Between the last two heartbeats.
    package var now: Double? { points.last?.watts }

    /// Over what was measured of the last so many seconds; heartbeats come evenly.
    package func mean(over duration: Duration) -> Double? {
        let watts = points.filter { $0.age < duration }.compactMap(\.watts)
        return watts.isEmpty ? nil : watts.reduce(0, +) / Double(watts.count)
    }

    package var maximum: Double? { points.compactMap(\.watts).max() }
}
