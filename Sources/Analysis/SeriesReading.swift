import Measurement

/// The raw numbers of one series in one frame, all of them present.
struct SeriesReading: Sendable {
    let instant: MonotonicInstant
    let raw: Int64
    /// Nanoseconds; 0 in a series without coverage columns.
    let enabled: Int64
    let running: Int64
}

/// Where a series stands in a row: the trivial part of a ``SeriesColumn``, cheap to copy for every row.
struct SeriesColumns: Sendable {
    let value: Int
    let coverage: CoverageColumns?

    /// Reads the series out of the row that begins at `offset`; nil when any of its columns is absent.
    @inline(__always)
    func reading(in rows: Span<Int64>, at offset: Int, instant: MonotonicInstant) -> SeriesReading? {
        let raw = rows[offset + value]
        if raw == absentValue { return nil }
        guard let coverage else { return SeriesReading(instant: instant, raw: raw, enabled: 0, running: 0) }
        let enabled = rows[offset + coverage.enabled]
        let running = rows[offset + coverage.running]
        if enabled == absentValue || running == absentValue { return nil }
        return SeriesReading(instant: instant, raw: raw, enabled: enabled, running: running)
    }
}
