import CTestSupport
import Glibc
import LinuxSystem
import Measurement
import Testing

@testable import Accounting

/// Each origin against what the kernel charges to a thread of this process.
@Suite(.serialized) struct LiveBusyTimeTests {
    private static let hasCpuacct = CpuacctReader(procRoot: "/proc") != nil
    private static let tracefs = (try? MountTable())?.first(ofType: "tracefs")?.path
    private static let online =
        (try? PseudoFile.readText("/sys/devices/system/cpu/online")).flatMap(CPUTopology.parseList) ?? []
    private static let canTrace = tracefs.map { SchedulerRuntimeReader(tracefs: $0, cpus: online) != nil } ?? false

    @Test(.enabled(if: hasCpuacct, "no cgroup v1 hierarchy of cpuacct is mounted as a whole"))
    func `cpuacct counts what a thread spins`() throws {
        try checkAgainstSpinner(try #require(CpuacctReader(procRoot: "/proc")), resolution: .milliseconds(20))
    }

    @Test(.enabled(if: canTrace, "tracefs is not mounted, or this process may not trace"))
    func `the tracepoint counts what a thread spins`() throws {
        let reader = SchedulerRuntimeReader(tracefs: try #require(Self.tracefs), cpus: Self.online)
        try checkAgainstSpinner(try #require(reader), resolution: .milliseconds(20))
    }

    @Test func `proc stat counts what a thread spins`() throws {
        // What runs when a tick comes is charged with the whole of it: a statistic, more so beside others.
        try checkAgainstSpinner(try #require(ProcStatReader(procRoot: "/proc")), resolution: .milliseconds(100))
    }

    @Test("a reading allocates nothing", .enabled(if: counts_allocations(), "a sanitizer has its own allocator"))
    func allocations() throws {
        try checkAllocations(CpuacctReader(procRoot: "/proc"))
        try checkAllocations(ProcStatReader(procRoot: "/proc"))
        try checkAllocations(Self.tracefs.flatMap { SchedulerRuntimeReader(tracefs: $0, cpus: Self.online) })
    }

    private func checkAllocations(_ reader: sending (any CPUTimeReader)?) throws {
        guard let reader else { return }
        let source = try makeSource(reader)
        var row = [Int64](repeating: 0, count: source.columnCount)
        var span = row.mutableSpan
        _ = source.read(into: &span, at: 0)
        let before = allocations_of_this_thread()
        for _ in 0..<100 { _ = source.read(into: &span, at: 0) }
        #expect(allocations_of_this_thread() == before, "\(source.origin)")
    }

    private func makeSource(_ reader: sending any CPUTimeReader) throws -> CPUBusyTimeSource {
        let packages = try #require(CPUPackages(cpuCount: reader.cpuCount, sysfsRoot: "/sys"))
        return CPUBusyTimeSource(reader: reader, packages: packages)
    }

    /// The machine was busy at least for as long as this thread, and at most on all of its CPUs all of the time.
    private func checkAgainstSpinner(_ reader: sending any CPUTimeReader, resolution: Duration) throws {
        let source = try makeSource(reader)
        let start = MonotonicInstant.now
        let before = try #require(total(source))
        let charged = spin(for: .milliseconds(500))
        let after = try #require(total(source))
        let elapsed = MonotonicInstant.now - start
        let counted = Duration.nanoseconds(after - before)
        let tolerance = resolution * Self.online.count
        #expect(counted >= charged - tolerance, "\(source.origin) \(counted) of \(charged)")
        #expect(counted <= elapsed * Self.online.count + tolerance, "\(source.origin) \(counted) in \(elapsed)")
    }

    private func total(_ source: CPUBusyTimeSource) -> Int64? {
        var row = [Int64](repeating: 0, count: source.columnCount)
        var span = row.mutableSpan
        return source.read(into: &span, at: 0) == .ok ? row.reduce(0, +) : nil
    }

    /// Spins until this thread was charged with so much CPU time, and says with how much.
    private func spin(for time: Duration) -> Duration {
        let start = threadTime()
        while threadTime() - start < time {}
        return threadTime() - start
    }

    private func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
