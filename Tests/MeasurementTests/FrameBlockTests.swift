import Measurement
import Testing

@Suite struct FrameBlockTests {
    private var block = FrameBlock(columnCount: 2, capacity: 3)

    private func instant(_ nanoseconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: nanoseconds) }

    @Test("rows come back exactly as they were appended")
    mutating func exact() {
        let rows: [(Int64, [Int64])] = [(7, [.max, .min]), (.min, [0, -1]), (.max, [absentValue, 1])]
        for (time, values) in rows { block.append(at: instant(time), values: values) }
        for (row, (time, values)) in rows.enumerated() {
            #expect(block.instant(at: row) == instant(time))
            #expect([block.value(row: row, column: 0), block.value(row: row, column: 1)] == values)
        }
        #expect(Array(block.rows) == [7, .max, .min, .min, 0, -1, .max, .min, 1])
    }

    @Test("a row is filled in place, behind its timestamp")
    mutating func filled() {
        block.append(at: instant(5)) { row in
            #expect(row.count == 3)
            row[1] = 10
            row[2] = 20
        }
        #expect(Array(block.rows) == [5, 10, 20])
    }

    @Test("a block knows whether it is empty or full")
    mutating func fullness() {
        #expect(block.isEmpty && !block.isFull && block.count == 0)
        for time in 1...3 { block.append(at: instant(Int64(time)), values: [0, 0]) }
        #expect(!block.isEmpty && block.isFull && block.count == block.capacity)
    }

    @Test("the last row can be taken back, and its place used again")
    mutating func removesLast() {
        for time in 1...3 { block.append(at: instant(Int64(time)), values: [Int64(time), 0]) }
        block.removeLast()
        #expect(block.count == 2)
        #expect(Array(block.rows) == [1, 1, 0, 2, 2, 0])
        block.append(at: instant(9), values: [9, 9])
        #expect(Array(block.rows.suffix(3)) == [9, 9, 9])
    }

    @Test("an emptied block is as good as new")
    mutating func removesAll() {
        block.append(at: instant(1), values: [1, 1])
        block.removeAll()
        #expect(block.isEmpty && block.rows.isEmpty)
        block.append(at: instant(2), values: [2, 2])
        #expect(Array(block.rows) == [2, 2, 2])
    }

    @Test("a row of a run that measures nothing is a timestamp")
    func noColumns() {
        var block = FrameBlock(columnCount: 0, capacity: 1)
        block.append(at: instant(4), values: [])
        #expect(Array(block.rows) == [4])
    }

    @Test("what does not fit is a mistake of the programmer")
    func misuse() async {
        await #expect(processExitsWith: .failure) {
            var block = FrameBlock(columnCount: 1, capacity: 1)
            for _ in 0..<2 { block.append(at: MonotonicInstant(nanoseconds: 0), values: [0]) }
        }
        await #expect(processExitsWith: .failure) {
            var block = FrameBlock(columnCount: 2, capacity: 1)
            block.append(at: MonotonicInstant(nanoseconds: 0), values: [0])
        }
        await #expect(processExitsWith: .failure) {
            var block = FrameBlock(columnCount: 2, capacity: 1)
            block.removeLast()
        }
    }
}
