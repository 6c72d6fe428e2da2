/// A block of frames of one run: rows of a timestamp and the raw cumulative value of every column.
///
/// The storage is allocated once; appending to a block with room left allocates nothing.
package struct FrameBlock: Sendable {
    /// Values in a row, the timestamp not counted.
    package let columnCount: Int
    /// Rows that fit.
    package let capacity: Int
    /// Rows in use.
    package private(set) var count = 0
    private var storage: [Int64]

    package init(columnCount: Int, capacity: Int) {
        self.columnCount = columnCount
        self.capacity = capacity
        self.storage = [Int64](repeating: 0, count: capacity * (columnCount + 1))
    }

    /// A full block of these rows, laid end to end as in ``rows``.
    ///
    /// - Precondition: the rows are whole.
    package init(columnCount: Int, rows: [Int64]) {
        precondition(rows.count.isMultiple(of: columnCount + 1), "a row has a timestamp and one value per column")
        self.columnCount = columnCount
        capacity = rows.count / (columnCount + 1)
        count = capacity
        storage = rows
    }

    package var isFull: Bool { count == capacity }
    package var isEmpty: Bool { count == 0 }

    /// Appends a row and lets `fill` write its values, which stand behind the timestamp at offset 1.
    ///
    /// - Precondition: the block is not full.
    package mutating func append(at instant: MonotonicInstant, fill: (inout MutableSpan<Int64>) -> Void) {
        precondition(!isFull, "a full block takes no more frames")
        let start = count * (columnCount + 1)
        storage[start] = instant.nanoseconds
        storage.withUnsafeMutableBufferPointer { buffer in
            var row = MutableSpan(_unsafeElements: buffer.extracting(start..<start + columnCount + 1))
            fill(&row)
        }
        count += 1
    }

    package mutating func append(at instant: MonotonicInstant, values: some Collection<Int64>) {
        precondition(values.count == columnCount, "a row has one value per column")
        append(at: instant) { row in
            for (index, value) in values.enumerated() { row[index + 1] = value }
        }
    }

    package mutating func removeAll() {
        count = 0
    }

    /// Lets `change` write to the last row, whose timestamp stands at offset 0.
    ///
    /// - Precondition: the block is not empty.
    package mutating func updateLast(_ change: (inout MutableSpan<Int64>) -> Void) {
        precondition(!isEmpty, "an empty block has no last frame")
        let start = (count - 1) * (columnCount + 1)
        storage.withUnsafeMutableBufferPointer { buffer in
            var row = MutableSpan(_unsafeElements: buffer.extracting(start..<start + columnCount + 1))
            change(&row)
        }
    }

    package mutating func removeLast() {
        precondition(!isEmpty, "an empty block has no last frame")
        count -= 1
    }

    package func instant(at row: Int) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: storage[row * (columnCount + 1)])
    }

    /// The raw value of a column, or ``absentValue``.
    package func value(row: Int, column: Int) -> Int64 {
        storage[row * (columnCount + 1) + 1 + column]
    }

    /// The rows laid end to end, each a timestamp followed by its values; for encoding.
    package var rows: ArraySlice<Int64> { storage[..<(count * (columnCount + 1))] }
}
