import CLinux
import Glibc
import LinuxSystem
import Measurement
import SystemPackage

/// Reads how long the processes of a cgroup were on the CPUs of each package: one column per package, in nanoseconds.
///
/// Exact at each reading, which interrupts the CPUs on which the cgroup is just running: some microseconds per CPU.
///
/// Failure: a package of which a CPU could not be read is ``absentValue`` this time; one whose CPUs were all offline is
/// so for good.
///
/// When it lies: a CPU that was offline when the source was made is missed. What a process did before it was moved into
/// the cgroup, or does after it was moved out, is not in it.
final class RunCPUTimeSource: RunSource {
    let backend = SourceBackend.cgroup
    let columnCount: Int
    private let packages: [Int]
    /// A descriptor, and the place of its CPU's package.
    private let counters: [(descriptor: Int32, place: Int)]
    /// By package, what its sum begins with.
    private let beginnings: [Int64]

    init(cgroup: Int32, cpus: [Int], packages: CPUPackages) throws(Errno) {
        var event = ergo_perf_event()
        event.type = PERF_TYPE_SOFTWARE.rawValue
        event.config = UInt64(PERF_COUNT_SW_TASK_CLOCK.rawValue)
        event.of_cgroup = true
        var counters: [(descriptor: Int32, place: Int)] = []
        for cpu in cpus {
            guard let place = packages.place(of: cpu) else { continue }
            let descriptor = ergo_perf_event_open(&event, cgroup, Int32(cpu), -1)
            if descriptor < 0 {
                let error = Errno(rawValue: errno)
                // The CPU is offline: nothing runs there.
                if error == .operationNotSupportedByDevice { continue }
                for counter in counters { close(counter.descriptor) }
                throw error
            }
            counters.append((descriptor, place))
        }
        self.counters = counters
        let places = Set(counters.map(\.place))
        beginnings = packages.packages.indices.map { places.contains($0) ? 0 : absentValue }
        self.packages = packages.packages
        columnCount = packages.packages.count
    }

    deinit {
        for counter in counters { close(counter.descriptor) }
    }

    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        var status = SourceStatus.ok
        for column in 0..<columnCount { row[offset + column] = beginnings[column] }
        for counter in counters {
            let column = offset + counter.place
            guard let time = Self.read(counter.descriptor) else {
                status = .failed
                row[column] = absentValue
                continue
            }
            if row[column] != absentValue { row[column] &+= time }
        }
        return status
    }

    /// `nr, time_enabled, time_running, value` (perf_event_open(2)).
    private static func read(_ descriptor: Int32) -> Int64? {
        var answer: (UInt64, UInt64, UInt64, Int64) = (0, 0, 0, 0)
        let size = MemoryLayout.size(ofValue: answer)
        return Glibc.read(descriptor, &answer, size) == size ? answer.3 : nil
    }

    func layout(consumer: Consumer) -> SourceLayout {
        let columns = packages.enumerated().map { column, package in
            SeriesColumn(
                series: Series(metric: .cpuTime, resource: .cpuPackage(package), consumer: consumer), column: column)
        }
        return SourceLayout(columnCount: columns.count, series: columns)
    }
}
