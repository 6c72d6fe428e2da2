import Glibc
import LinuxSystem
import SystemPackage

/// The lines `cpuN` of `/proc/stat` (proc_stat(5)), one for each CPU that is online, in ticks of 10 ms:
///
///     cpu0 19195 0 1711 95843 72 0 7 23 0 0
///     cpu1 22007 0 1962 91634 1272 0 31 30 0 0
///
/// `user nice system idle iowait irq softirq steal guest guest_nice`: busy are user, which has guest in it, nice, system,
/// irq and softirq.
final class ProcStatReader: CPUTimeReader {
    let origin = BusyTimeOrigin.procStat
    let cpuCount: Int
    private let file: PseudoFile
    private static let nanosecondsPerTick = 1_000_000_000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))

    /// nil where the file cannot be read or has no CPUs.
    init?(procRoot: String) {
        guard let file = try? PseudoFile(path: "\(procRoot)/stat", capacity: 64 * 1024) else { return nil }
        var cpuCount = 0
        let isUnderstood = try? file.read { Self.forEach(in: $0) { cpu, _ in cpuCount = max(cpuCount, cpu + 1) } }
        guard isUnderstood == true, cpuCount > 0 else { return nil }
        self.file = file
        self.cpuCount = cpuCount
    }

    func read(into times: inout CPUTimes) -> Bool {
        (try? file.read { Self.forEach(in: $0) { times.update($0, to: $1) } }) ?? false
    }

    /// - Returns: whether every line was understood.
    private static func forEach(in bytes: Span<UInt8>, _ body: (_ cpu: Int, _ time: Int64) -> Void) -> Bool {
        var index = 0
        // The first line is the sum of all.
        ByteParser.skipLine(bytes, from: &index)
        while ByteParser.skip("cpu", in: bytes, from: &index) {
            guard let cpu = ByteParser.nextDecimal(bytes, from: &index),
                let ticks = busyTicks(bytes, from: &index)
            else { return false }
            body(Int(clamping: cpu), Int64(clamping: ticks) &* nanosecondsPerTick)
            ByteParser.skipLine(bytes, from: &index)
        }
        return true
    }

    private static func busyTicks(_ bytes: Span<UInt8>, from index: inout Int) -> UInt64? {
        var sum: UInt64 = 0
        for field in 0..<7 {
            guard let ticks = ByteParser.nextDecimal(bytes, from: &index) else { return nil }
            // idle and iowait
            if field != 3 && field != 4 { sum &+= ticks }
        }
        return sum
    }
}
