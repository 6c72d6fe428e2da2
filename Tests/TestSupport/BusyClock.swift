import Glibc
import LinuxSystem
import SystemPackage

/// How long each CPU of the real machine was busy, for simulations whose energy depends on it.
///
/// Reads for itself, on purpose: what it feeds is there to check the source that ergometer reads. It takes cpuacct, in
/// nanoseconds, and `/proc/stat`, in steps of 10 ms, where that is not mounted.
struct BusyClock {
    /// Nanoseconds of each CPU as last read.
    private var last: [Int: UInt64] = [:]
    private let path: String
    private let isCpuacct: Bool

    init() {
        let mount = (try? MountTable())?.mounts.first { $0.type == "cgroup" && $0.options.contains("cpuacct") }
        isCpuacct = mount != nil
        path = mount.map { "\($0.path)/cpuacct.usage_percpu" } ?? "/proc/stat"
        last = read()
    }

    /// The CPUs that are online.
    static var cpus: [Int] {
        (try? PseudoFile.readText("/sys/devices/system/cpu/online")).flatMap(CPUTopology.parseList) ?? [0]
    }

    /// By CPU, the busy time since it was asked before.
    mutating func advance() -> [Int: Duration] {
        let now = read()
        defer { last = now }
        return now.reduce(into: [:]) { busy, entry in
            let before = last[entry.key] ?? entry.value
            busy[entry.key] = .nanoseconds(Int64(entry.value > before ? entry.value - before : 0))
        }
    }

    private func read() -> [Int: UInt64] {
        guard let text = try? PseudoFile.readText(path) else { return last }
        return isCpuacct ? Self.cpuacct(text) : Self.stat(text)
    }

    private static func cpuacct(_ text: String) -> [Int: UInt64] {
        let numbers = text.split(separator: " ").map { UInt64($0) ?? 0 }
        return Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($0, $1) })
    }

    private static func stat(_ text: String) -> [Int: UInt64] {
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("cpu") }.dropFirst()
        return lines.reduce(into: [:]) { times, line in
            let fields = line.split(separator: " ")
            guard let cpu = Int(fields[0].dropFirst(3)), fields.count > 7 else { return }
            let ticks = [1, 2, 3, 6, 7].reduce(0) { $0 + (UInt64(fields[$1]) ?? 0) }
            times[cpu] = ticks * (1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK))))
        }
    }
}
