import Analysis
import Measurement

/// Compares what the counters saw with what the kernel charged.
///
/// A program that is set-uid, or whose file its user cannot read, takes the counters off itself when it is executed:
/// they stand still and look as if nothing had happened. `wait4` goes on.
enum CounterCheck {
    /// What a reader must know; nil when the two agree as far as they can.
    static func warning(_ totals: [SeriesTotal], _ usage: ResourceUsage) -> String? {
        let charged = usage.userTime + usage.systemTime
        let counted = Duration.nanoseconds(value(of: "perf_software_TASK_CLOCK", in: totals) ?? .max)
        let faults = usage.minorPageFaults + usage.majorPageFaults
        let countedFaults = value(of: "perf_software_PAGE_FAULTS", in: totals).map { Int($0) } ?? .max / 4
        // The charge begins before `execve` and ends after the counters: a little is always over, and on a loaded machine
        // milliseconds.
        let isBlind = countedFaults == 0 && faults > 20
        guard isBlind || charged > counted * 2 + .milliseconds(20) || faults > countedFaults * 2 + 100 else {
            return nil
        }
        return "the counters missed a part of the command: it was charged "
            + "\(DurationText.format(charged)) of CPU time and \(faults) page faults, far more than they saw; a set-uid "
            + "program, or one whose file its user cannot read, stops them when it is executed"
    }

    /// The totals without those that the counters cannot vouch for.
    static func withdrawn(_ totals: [SeriesTotal]) -> [SeriesTotal] {
        totals.map { total in
            let isOfRun = total.series.consumer != .localMachine || total.series.metric == .attributedEnergy
            guard isOfRun, case .measured = total.result else { return total }
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
