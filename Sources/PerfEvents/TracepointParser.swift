import CLinux
import Measurement
import SystemPackage

/// Reads `group:name` against the kernel's list of tracepoints.
struct TracepointParser {
    let tracefs: Tracefs

    /// Tracepoints that do not add 1 but nanoseconds each time (`__perf_count` in include/trace/events/sched.h).
    private static let clocks: Set<String> = [
        "sched_stat_runtime", "sched_stat_wait", "sched_stat_sleep", "sched_stat_blocked", "sched_stat_iowait",
    ]

    /// Whether a text looks like a tracepoint: lower-case words around a colon, the first no event of the catalog.
    static func isTracepoint(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count) && parts.allSatisfy { PMUTerm.isName($0) }
    }

    func parse(_ text: String) throws(PerfEventNameError) -> PerfEvent {
        let parts = text.split(separator: ":")
        if let obstacle = tracefs.obstacle { throw .refused(obstacle) }
        guard parts.count == 2 else {
            throw .refused(
                Obstacle("a tracepoint is passed in whatever mode it is in", remedy: "ask for it without a modifier"))
        }
        let id: UInt64?
        do throws(Errno) { id = try tracefs.id(group: parts[0], name: parts[1]) } catch {
            throw .refused(
                Obstacle("\(tracefs.path ?? "")/events/\(parts[0])/\(parts[1])/id is not readable (\(error))"))
        }
        let isClock = parts[0] == "sched" && Self.clocks.contains(String(parts[1]))
        guard let id else {
            throw .unknown(
                "is no tracepoint of this kernel" + (isClock ? ": it was built without CONFIG_SCHEDSTATS" : ""))
        }
        if isClock, parts[1] != "sched_stat_runtime", !tracefs.countsSchedulerStatistics {
            throw .refused(
                Obstacle(
                    "the kernel keeps no scheduler statistics now, and it would read 0",
                    remedy: "sysctl kernel.sched_schedstats=1"))
        }
        return event(text, id: id, unit: isClock ? .nanoseconds : .count)
    }

    private func event(_ name: String, id: UInt64, unit: Unit) -> PerfEvent {
        var event = PerfEvent(
            name: name,
            metric: Metric(name: MetricName.of(.tracepoint, name.split(separator: ":").map(String.init)), unit: unit),
            type: PERF_TYPE_TRACEPOINT.rawValue, config: id)
        event.needsKernel = true
        event.place = .kernel
        return event
    }
}
