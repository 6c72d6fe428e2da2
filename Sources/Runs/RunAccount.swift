/// What a run used besides its counters: each number with where it comes from, or why it cannot be had.
///
/// The run's cgroup comes first, because it knows all that was born in it; `wait4` knows the main process and the
/// descendants that it waited for.
package struct RunAccount: Sendable, Hashable {
    package let cpuTime: Accounted<Duration>
    package let userTime: Accounted<Duration>
    package let systemTime: Accounted<Duration>
    package let peakMemoryBytes: Accounted<UInt64>
    /// What was fetched from block devices; reads that the page cache served are not in it.
    package let bytesRead: Accounted<UInt64>
    /// From `io.stat` what has reached the devices so far, from `wait4` what was made dirty to be written.
    package let bytesWritten: Accounted<UInt64>

    package init(_ usage: ResourceUsage) {
        let cgroup = usage.cgroup
        cpuTime = .measured(
            cgroup?.cpuTime ?? usage.userTime + usage.systemTime, from: cgroup == nil ? .wait4 : .cpuStat)
        userTime = .measured(cgroup?.userTime ?? usage.userTime, from: cgroup == nil ? .wait4 : .cpuStat)
        systemTime = .measured(cgroup?.systemTime ?? usage.systemTime, from: cgroup == nil ? .wait4 : .cpuStat)
        peakMemoryBytes = Self.peakMemory(usage)
        bytesRead = Self.bytes(cgroup?.bytesRead, blocks: usage.blocksRead)
        bytesWritten = Self.bytes(cgroup?.bytesWritten, blocks: usage.blocksWritten)
    }

    private static func bytes(_ bytes: UInt64?, blocks: Int) -> Accounted<UInt64> {
        bytes.map { .measured($0, from: .ioStat) } ?? .measured(UInt64(clamping: blocks) * 512, from: .wait4)
    }

    /// `ru_maxrss` is the command's own only where it is larger than that of its launcher, with which it begins. Both
    /// are rounded by the kernel, per CPU.
    private static func peakMemory(_ usage: ResourceUsage) -> Accounted<UInt64> {
        if let peak = usage.cgroup?.peakMemoryBytes { return .measured(peak, from: .memoryPeak) }
        guard let resident = usage.maximumResidentBytes, let launcher = usage.launcherResidentBytes else {
            return .unavailable(reason: "it was not recorded")
        }
        guard resident > launcher + launcher / 16 + (1 << 20) else {
            return .unavailable(
                reason: "it is below \(resident) bytes, the peak of ergometer itself, with which the kernel lets its "
                    + "children begin; a cgroup v2 with the memory controller would tell")
        }
        return .measured(resident, from: .wait4)
    }
}

/// A number with its origin, or the reason for having none.
package enum Accounted<Value: Sendable>: Sendable {
    case measured(Value, from: AccountOrigin)
    /// As a clause that goes on after "not measured: ".
    case unavailable(reason: String)

    package var value: Value? { if case .measured(let value, _) = self { value } else { nil } }
}

extension Accounted: Equatable where Value: Equatable {}
extension Accounted: Hashable where Value: Hashable {}

/// Where a number of a run's account comes from; the raw value is its name in exports.
package enum AccountOrigin: String, Sendable, Hashable, CaseIterable {
    /// `cpu.stat`, `memory.peak` and `io.stat` of the run's cgroup v2.
    case cpuStat = "cpu.stat"
    case memoryPeak = "memory.peak"
    case ioStat = "io.stat"
    /// The main process and the descendants that it waited for; memory is that of the largest process.
    case wait4
}
