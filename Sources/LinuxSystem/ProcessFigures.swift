import Glibc
import Measurement
import SystemPackage

/// What this process costs the machine itself; nil where the system does not tell.
///
/// From `/proc/self/stat`, `/proc/self/fd`, getrusage(2) and getrlimit(2); for a scrape, not for ticks.
package struct ProcessFigures: Sendable {
    /// User and system time of all its threads, without its children.
    package let cpuSeconds: Double?
    package let residentBytes: UInt64?
    package let virtualBytes: UInt64?
    package let threads: UInt64?
    package let openDescriptors: Int?
    /// The soft limit; nil where there is none.
    package let maximumDescriptors: UInt64?
    /// Seconds since 1970, good to a second.
    package let startSeconds: Double?

    package static var now: ProcessFigures { ProcessFigures() }

    private init() {
        let fields = Self.statFields
        let pageSize = UInt64(sysconf(Int32(_SC_PAGESIZE)))
        cpuSeconds = Self.ownCPUSeconds
        threads = Self.number(17, in: fields)
        startSeconds = Self.number(19, in: fields).flatMap(Self.wallSeconds)
        virtualBytes = Self.number(20, in: fields)
        residentBytes = Self.number(21, in: fields).map { $0 * pageSize }
        // Less the one through which they are listed.
        openDescriptors = (try? PseudoDirectory.names(in: "/proc/self/fd")).map { $0.count - 1 }
        maximumDescriptors = Self.descriptorLimit
    }

    /// What stands behind the name, which may hold spaces and `)`: the state (field 3 in proc(5)) is the first.
    ///
    ///     3741 (ergometer) S 3714 3741 3714 0 -1 4194304 1843 0 0 0 12 7 0 0 20 0 5 0 231455 331776000 4521 …
    private static var statFields: [Substring] {
        guard let text = try? PseudoFile.readText("/proc/self/stat"),
            let end = text.utf8.lastIndex(of: UInt8(ascii: ")"))
        else { return [] }
        return text.utf8[text.utf8.index(after: end)...].split(separator: UInt8(ascii: " ")).map(Substring.init)
    }

    private static func number(_ index: Int, in fields: [Substring]) -> UInt64? {
        index < fields.count ? UInt64(fields[index]) : nil
    }

    private static var ownCPUSeconds: Double? {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return Double(seconds) + Double(microseconds) / 1e6
    }

    private static var descriptorLimit: UInt64? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == rlim_t.max ? nil : UInt64(limit.rlim_cur)
    }

    /// - Parameter ticks: since the machine was booted.
    private static func wallSeconds(ofTicks ticks: UInt64) -> Double? {
        bootSeconds.map { $0 + Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK))) }
    }

    /// When the machine was booted: the line `btime 1763708460` of `/proc/stat`.
    private static let bootSeconds: Double? = {
        guard let text = try? PseudoFile.readText("/proc/stat") else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }()
}
