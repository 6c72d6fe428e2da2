import Analysis
import Measurement

/// Compares what the counters saw with what the kernel charged.
///
/// A program that is set-uid, or whose file its user cannot read, takes the counters off itself when it is executed:
/// they stand still and look as if nothing had happened. `wait4` goes on.
enum CounterCheck {
    /// What a reader must know; nil when the two agree as far as they can.
    static func warning(_ totals: [SeriesTotal], _ usage: ResourceUsage) -> String? {
        let charged = RunAccount(usage).cpuTime.value ?? .zero
        let counted = Duration.nanoseconds(value(of: "perf_software_TASK_CLOCK", in: totals) ?? .max)
        let faults = usage.minorPageFaults + usage.majorPageFaults
        let seen = value(of: "perf_software_PAGE_FAULTS", in: totals)
        let isBlind = seen == 0 && faults > Self.faultsOfAnyProgram
        let sawMost = seen.map { $0 > Self.faultsOfAnyProgram && $0 >= Int64(faults) * 9 / 10 } ?? false
        guard isBlind || charged - counted > tolerance(charged: charged, faults: faults, sawMost: sawMost) else {
            return nil
        }
        return "the counters missed a part of the command: it was charged "
            + "\(DurationText.format(charged)) of CPU time and \(faults) page faults, far more than they saw; a set-uid "
            + "program, or one whose file its user cannot read, stops them when it is executed"
    }

    private static let faultsOfAnyProgram = 20

    /// What is charged and never counted. The charge begins before `execve`, and ends after the counters: taking down an
    /// address space costs up to 0.2 µs per page, and each process some 50 µs for its birth and end, in which it has 60
    /// faults and more. On a loaded machine there are milliseconds around all that.
    ///
    /// Where the counters saw nearly all faults, the processes that had them were counted, and more of that is let pass: a
    /// thousand that end at once were 90 µs each. That they saw fewer tells nothing: what the kernel faults in for a program
    /// (MAP_POPULATE, mlock) is charged, not counted.
    private static func tolerance(charged: Duration, faults: Int, sawMost: Bool) -> Duration {
        .milliseconds(20) + .microseconds(sawMost ? 5 : 2) * faults + charged / 10
    }

    /// The totals without those that the counters cannot vouch for. Those of a cgroup go on, and what is divided by them.
    static func withdrawn(_ totals: [SeriesTotal], of layout: SourceLayout?) -> [SeriesTotal] {
        let vouched = layout?.countedByCgroup ?? []
        return totals.map { total in
            let isOfRun = total.series.consumer != .localMachine || total.series.metric == .attributedEnergy
            guard isOfRun, !vouched.contains(total.series), case .measured = total.result else { return total }
            return SeriesTotal(
                series: total.series,
                result: .unavailable(reason: "its counter was stopped while the command ran; the warnings say more"),
                coverage: total.coverage)
        }
    }

    private static func value(of metric: String, in totals: [SeriesTotal]) -> Int64? {
        guard let total = totals.first(where: { $0.series.metric.name == metric && $0.series.attributes.isEmpty }),
            case .measured(.integer(let value)) = total.result
        else { return nil }
        return value
    }
}

extension SourceLayout {
    /// The CPU time on each package, which counters of the run's cgroup tell, and the parts of energy that follow from it.
    fileprivate var countedByCgroup: Set<Series> {
        let times = series.filter { $0.series.metric == .cpuTime }
        let columns = Set(times.map(\.column))
        let parts = (attributions ?? []).filter { columns.contains($0.used) }.flatMap { $0.parts.map($0.series(of:)) }
        return Set(times.map(\.series) + parts)
    }
}
