import Glibc
import Measurement

extension MonotonicInstant {
    /// CLOCK_MONOTONIC now; through the vDSO, without entering the kernel.
    package static var now: MonotonicInstant { MonotonicInstant(nanoseconds: read(CLOCK_MONOTONIC)) }
}

extension WallInstant {
    /// CLOCK_REALTIME now.
    package static var now: WallInstant { WallInstant(nanosecondsSinceEpoch: read(CLOCK_REALTIME)) }
}

extension ClockAnchor {
    /// Both clocks, read within some tens of nanoseconds of each other.
    package static var now: ClockAnchor { ClockAnchor(monotonic: .now, wall: .now) }
}

private func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
