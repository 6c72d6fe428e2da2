import Measurement

/// Follows the count of an event of the `power` PMU and sets right what the kernel gets wrong.
///
/// The count is in 2⁻³² J (the event's scale), in 64 bits. The kernel feeds it from a 32-bit register in the
/// processor's own unit, with a timer of its own against overflow that is made for 200 W. Where more than half a round
/// lies between two of its readings (`arch/x86/events/rapl.c` takes a signed 32-bit difference), or where the register
/// wraps at all (the PMU of TPMI takes a plain difference of 32-bit values), the count steps back, by what is missing
/// to a round. Reading once a second keeps both away or makes them visible: a step back whose round means a plausible
/// power is a wrap, any other a reset.
///
/// Counts of 2⁻³² J would outgrow a signed 64-bit column after 2.1 GJ, 25 days at 1 kW. Values are therefore in units
/// of 2⁸ counts (60 nJ), far below what the register resolves and good for 17 years at 1 kW.
///
/// When this lies: after a reset that happens to raise the register, such as some suspends, by up to half a round.
struct PowerPMUCounter {
    /// Counts in one unit of ``total``.
    static let countsPerUnit = 256.0

    /// Joules per count.
    let scale: Double
    /// Energy since the first reading, in units of 2⁸ counts.
    private(set) var total: Int64 = 0
    private(set) var wraps = 0
    /// Steps back that were no wrap: what was consumed since the reading before is not known and not counted.
    private(set) var resets = 0
    private var last: (count: UInt64, instant: MonotonicInstant)?
    /// Counts behind the last whole unit of ``total``.
    private var remainder: Int64 = 0
    /// Counts per step of the register: the greatest common divisor of all differences so far; 0 before the first.
    private var step: UInt64 = 0

    init(scale: Double) {
        self.scale = scale
    }

    /// Takes a reading and answers the energy since the first one, in units of 2⁸ counts.
    mutating func advance(to count: UInt64, at instant: MonotonicInstant) -> Int64 {
        if let last {
            let difference = Int64(bitPattern: count &- last.count)
            step = greatestCommonDivisor(step, difference.magnitude)
            add(difference >= 0 ? difference : stepBack(difference, over: instant - last.instant))
        }
        last = (count, instant)
        return total
    }

    private mutating func add(_ counts: Int64) {
        let sum = counts &+ remainder
        total &+= sum >> 8
        remainder = sum & 0xFF
    }

    private mutating func stepBack(_ difference: Int64, over elapsed: Duration) -> Int64 {
        let (round, overflow) = step.multipliedReportingOverflow(by: 1 << 32)
        let energy = Double(round) + Double(difference)
        guard !overflow, energy >= 0, EnergyPlausibility.isPlausible(joules: energy * scale, over: elapsed) else {
            resets += 1
            return 0
        }
        wraps += 1
        return Int64(bitPattern: round &+ UInt64(bitPattern: difference))
    }
}

private func greatestCommonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var (larger, smaller) = (second, first)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}
