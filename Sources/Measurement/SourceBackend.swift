/// To which backend a source belongs; what its failures are counted under.
package enum SourceBackend: Int, Sendable, CaseIterable {
    case perfEvent, rapl, busyTime, cgroup

    /// As in `/metrics`.
    package var name: String {
        switch self {
        case .perfEvent: "perf_event"
        case .rapl: "rapl"
        case .busyTime: "busy_time"
        case .cgroup: "cgroup"
        }
    }
}
