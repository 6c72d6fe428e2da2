import Measurement

/// Unwraps the readings of `energy_uj` into energy since the first of them.
///
/// The hardware counts in 32 bits in a unit of its own (61.035 µJ on most of Intel, 15.258 µJ on AMD), which the
/// kernel multiplies on reading (`drivers/powercap/intel_rapl_common.c`). `max_energy_range_uj` is the value at
/// 2³² − 1, so values are 0 … maximum inclusive and the step behind the maximum is 0. The modulus is taken as maximum
/// + 1 µJ; in truth it is maximum + one hardware unit, so a wrap may lose up to 61 µJ of some 65 … 262 kJ.
///
/// When this lies: after more than one wrap between two readings (262 kJ: 11 minutes at 400 W), whole rounds are lost. And
/// the kernel cuts the unit to whole nanojoules, so that powercap reads up to 0.005 % less than the PMU.
struct PowercapCounter {
    /// The largest value, in µJ; nil where it is not known, and then every fall is taken for a reset.
    let maximum: UInt64?
    /// Energy since the first reading, in µJ.
    private(set) var total: Int64 = 0
    private(set) var wraps = 0
    /// Falls that were no wrap: what was consumed since the reading before is not known and not counted.
    private(set) var resets = 0
    private var last: (raw: UInt64, instant: MonotonicInstant)?

    init(maximum: UInt64?) {
        self.maximum = maximum
    }

    /// Takes a reading and answers the energy since the first one, in µJ.
    mutating func advance(to raw: UInt64, at instant: MonotonicInstant) -> Int64 {
        if let last {
            total &+= Int64(truncatingIfNeeded: consumed(from: last.raw, to: raw, over: instant - last.instant))
        }
        last = (raw, instant)
        return total
    }

    /// Whether a reading is the same as the one before.
    func isUnmoved(by raw: UInt64) -> Bool { last?.raw == raw }

    private mutating func consumed(from old: UInt64, to new: UInt64, over elapsed: Duration) -> UInt64 {
        if new >= old { return new - old }
        guard let maximum, old <= maximum else { return reset() }
        let energy = (maximum - old) + 1 + new
        guard EnergyPlausibility.isPlausible(joules: Double(energy) / 1e6, over: elapsed) else { return reset() }
        wraps += 1
        return energy
    }

    private mutating func reset() -> UInt64 {
        resets += 1
        return 0
    }
}
