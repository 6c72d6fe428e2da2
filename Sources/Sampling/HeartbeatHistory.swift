import Measurement

/// The machine's values at the newest heartbeats, and in which seconds somebody measured. Memory is taken once.
struct HeartbeatHistory: Sendable {
    /// A quarter of an hour.
    static let capacity = 900

    private let columnCount: Int
    /// Each a timestamp and the values; the oldest is overwritten by the newest.
    private var rows: [Int64]
    /// Whether somebody measured in the second before each of them.
    private var isMeasured = [Bool](repeating: false, count: Self.capacity)
    private var next = 0
    private(set) var count = 0

    init(columnCount: Int) {
        self.columnCount = columnCount
        rows = [Int64](repeating: absentValue, count: Self.capacity * (columnCount + 1))
    }

    mutating func append(_ values: [Int64], at instant: MonotonicInstant, isMeasured: Bool) {
        let start = next * (columnCount + 1)
        rows[start] = instant.nanoseconds
        for column in values.indices { rows[start + 1 + column] = values[column] }
        self.isMeasured[next] = isMeasured
        next = (next + 1) % Self.capacity
        count = min(count + 1, Self.capacity)
    }

    /// Copies all, the oldest first, into a block that has room for them.
    ///
    /// - Parameter quietOnly: whether values are absent in seconds in which somebody measured.
    func copy(into block: inout FrameBlock, quietOnly: Bool) {
        for position in 0..<count {
            let place = (next + Self.capacity - count + position) % Self.capacity
            let start = place * (columnCount + 1)
            let isAbsent = quietOnly && isMeasured[place]
            block.append(at: MonotonicInstant(nanoseconds: rows[start])) { row in
                for column in 0..<columnCount { row[column + 1] = isAbsent ? absentValue : rows[start + 1 + column] }
            }
        }
    }
}
