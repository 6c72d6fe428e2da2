import Analysis
import Glibc
import LinuxSystem
import Measurement
import Sampling

/// Finds out what the machine draws while nobody uses it.
struct IdlePowerMeter: Sendable {
    private let sampler: Sampler
    private let cpuCount: Int

    init(sampler: Sampler) {
        self.sampler = sampler
        cpuCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// What its quiet seconds tell, up to now.
    var learned: [Series: IdlePower] {
        let layout = sampler.machineLayout
        guard layout.hasAttributableEnergy else { return [:] }
        return IdlePowerEstimate(
            learningFrom: sampler.heartbeats(quietOnly: true), layout: layout, cpuCount: cpuCount, now: .now
        ).idlePowers
    }

    /// Between two looks at whether the measurement is still wanted.
    private static let patience = Int32(100)

    /// For how long to wait before the next look, in milliseconds; nil when the end has come. Never below 0, which would
    /// be for ever.
    static func timeout(until end: MonotonicInstant, now: MonotonicInstant) -> Int32? {
        let left = end - now
        guard left > .zero else { return nil }
        return Int32(clamping: min(Int64(patience), left.wholeNanoseconds / 1_000_000 + 1))
    }

    /// Watches the machine for a time, on the calling thread.
    ///
    /// - Parameter isUnwanted: asked now and then; ends the measurement early.
    /// - Returns: what was seen; nothing when it ended early, or the machine has no energy to be divided.
    func measure(for duration: Duration, unless isUnwanted: () -> Bool) -> [Series: IdlePower] {
        let layout = sampler.machineLayout
        guard layout.hasAttributableEnergy else { return [:] }
        // No ticks in between: its first frame and its last one are all that is needed.
        let recording = sampler.makeRecording(interval: .seconds(86_400), sources: [])
        let end = sampler.begin(recording).monotonic.advanced(by: duration)
        while !isUnwanted(), let timeout = Self.timeout(until: end, now: .now) { poll(nil, 0, timeout) }
        guard let frames = sampler.finish(recording)?.frames, MonotonicInstant.now >= end else { return [:] }
        return IdlePowerEstimate(measuring: frames, layout: layout, cpuCount: cpuCount).idlePowers
    }
}
