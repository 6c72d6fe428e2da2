import CLinux
import Glibc
import LinuxSystem
import SystemPackage

/// The tracepoint `sched:sched_stat_runtime`, counted on every CPU that is online.
///
/// It declares its field `runtime` as the count (`__perf_count` in `include/trace/events/sched.h`), so that a counter of
/// it shows nanoseconds. Before Linux 6.8 it is silent about real-time tasks.
///
/// Costs: opening 1 ms, the first time; closing the last one some 30 ms, in which the kernel waits for all CPUs.
final class SchedulerRuntimeReader: CPUTimeReader {
    let origin = BusyTimeOrigin.schedStatRuntime
    let cpuCount: Int
    private let identifier: UInt64
    private var counters: [Counter]

    private struct Counter {
        let cpu: Int
        var descriptor: Int32
        /// `time_running` as last read: it stands still when the CPU goes offline, also after its return.
        var timeRunning: UInt64 = 0
    }

    /// nil where the tracepoint cannot be found (tracefs is not mounted, or root's alone) or opened on every CPU.
    ///
    /// - Parameter cpus: those online.
    init?(tracefs: String, cpus: [Int]) {
        let path = "\(tracefs)/events/sched/sched_stat_runtime/id"
        guard let identifier = (try? PseudoFile.readText(path)).flatMap({ UInt64($0) }), let last = cpus.max() else {
            return nil
        }
        self.identifier = identifier
        cpuCount = last + 1
        counters = []
        for cpu in cpus {
            guard let descriptor = Self.open(identifier, on: cpu) else { return nil }
            counters.append(Counter(cpu: cpu, descriptor: descriptor))
        }
    }

    deinit {
        for counter in counters { close(counter.descriptor) }
    }

    func read(into times: inout CPUTimes) -> Bool {
        for index in counters.indices { read(&counters[index], into: &times) }
        return true
    }

    private func read(_ counter: inout Counter, into times: inout CPUTimes) {
        guard let answer = Self.read(counter.descriptor) else { return times.lose(counter.cpu) }
        times.update(counter.cpu, to: Int64(clamping: answer.value))
        if answer.timeRunning == counter.timeRunning { renew(&counter, in: &times) }
        counter.timeRunning = answer.timeRunning
    }

    /// Opens the counter of a CPU again that was offline; one that still is keeps what it had.
    private func renew(_ counter: inout Counter, in times: inout CPUTimes) {
        guard let descriptor = Self.open(identifier, on: counter.cpu) else { return }
        close(counter.descriptor)
        counter.descriptor = descriptor
        times.restart(counter.cpu, at: Self.read(descriptor).map { Int64(clamping: $0.value) } ?? 0)
    }

    private static func open(_ identifier: UInt64, on cpu: Int) -> Int32? {
        var event = ergo_perf_event()
        event.type = PERF_TYPE_TRACEPOINT.rawValue
        event.config = identifier
        let descriptor = ergo_perf_event_open(&event, -1, Int32(cpu), -1)
        return descriptor < 0 ? nil : descriptor
    }

    /// `nr, time_enabled, time_running, value` (perf_event_open(2)).
    private static func read(_ descriptor: Int32) -> (timeRunning: UInt64, value: UInt64)? {
        var answer: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let size = MemoryLayout.size(ofValue: answer)
        guard Glibc.read(descriptor, &answer, size) == size else { return nil }
        return (answer.2, answer.3)
    }
}
