import Measurement

/// The machine's values at the newest heartbeats: what it does when nobody measures. Memory is taken once. A heartbeat
/// of a second in which somebody measured has a row too, without values.
struct HeartbeatHistory: Sendable {
    /// A quarter of an hour.
    static let capacity = 900

    private let columnCount: Int
    /// Each a timestamp and the values; the oldest is overwritten by the newest.
    private var rows: [Int64]
    private var next = 0
    private(set) var count = 0

    init(columnCount: Int) {
        self.columnCount = columnCount
        rows = [Int64](repeating: absentValue, count: Self.capacity * (columnCount + 1))
    }

    mutating func append(_ values: [Int64], at instant: MonotonicInstant, isMeasured: Bool) {
        let start = next * (columnCount + 1)
        rows[start] = instant.nanoseconds
        for column in values.indices { rows[start + 1 + column] = isMeasured ? absentValue : values[column] }
        next = (next + 1) % Self.capacity
        count = min(count + 1, Self.capacity)
    }

    /// Copies all, the oldest first, into a block that has room for them.
    func copy(into block: inout FrameBlock) {
        for position in 0..<count {
            let start = (next + Self.capacity - count + position) % Self.capacity * (columnCount + 1)
            block.append(at: MonotonicInstant(nanoseconds: rows[start])) { row in
                for column in 0..<columnCount { row[column + 1] = rows[start + 1 + column] }
            }
        }
    }
}
