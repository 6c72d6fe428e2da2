import Measurement

/// The busy time of each CPU since it was first seen, in nanoseconds. Only rises.
///
/// A CPU that is not seen any more keeps its value: while it is offline it does nothing.
struct CPUTimes {
    private var values: [Int64]
    /// What the source said when the value was 0; nil before the first sight.
    private var origins: [Int64?]
    private var isLost: [Bool]

    /// - Parameter count: room for the CPUs 0 ..< count; others are ignored.
    init(count: Int) {
        values = Array(repeating: 0, count: count)
        origins = Array(repeating: nil, count: count)
        isLost = Array(repeating: false, count: count)
    }

    /// Busy nanoseconds of a CPU; ``absentValue`` when the last reading of it failed.
    subscript(cpu: Int) -> Int64 { isLost[cpu] ? absentValue : values[cpu] }

    /// Takes a reading of a CPU.
    mutating func update(_ cpu: Int, to raw: Int64) {
        guard values.indices.contains(cpu) else { return }
        isLost[cpu] = false
        guard let origin = origins[cpu] else { return origins[cpu] = raw }
        values[cpu] = max(values[cpu], raw &- origin)
    }

    /// Goes on from here with a counter that shows `raw` now.
    mutating func restart(_ cpu: Int, at raw: Int64) {
        guard values.indices.contains(cpu) else { return }
        isLost[cpu] = false
        origins[cpu] = raw &- values[cpu]
    }

    /// Notes that a CPU could not be read.
    mutating func lose(_ cpu: Int) {
        if isLost.indices.contains(cpu) { isLost[cpu] = true }
    }
}
