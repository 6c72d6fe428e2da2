import Analysis
import Measurement

/// What all finished runs of this process amount to; only ever rises.
package struct RunStatistics: Sendable {
    /// Finished runs by the name of their outcome.
    package private(set) var finished: [String: UInt64] = [:]
    /// From release to exit, in seconds.
    package private(set) var durations = Histogram(bounds: [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 60, 300, 1800, 3600])
    /// Totals of the runs' own counters, by series without their consumer.
    package private(set) var processTotals: [StatisticsKey: Double] = [:]
    /// Energy of the whole machine while runs ran, by series; runs at the same time count it each.
    package private(set) var machineTotals: [StatisticsKey: Double] = [:]
    package private(set) var userSeconds = 0.0
    package private(set) var systemSeconds = 0.0

    /// Clients may count any number of different raw events: beyond these the rest is
    /// added up under the metric `other`.
    package static let maximumKeys = 256

    init() {}

    mutating func add(_ run: Run) {
        finished[run.outcome?.name ?? "", default: 0] += 1
        if let duration = run.duration { durations.observe(duration.inSeconds) }
        let account = run.summary?.account
        userSeconds += account?.userTime.value?.inSeconds ?? 0
        systemSeconds += account?.systemTime.value?.inSeconds ?? 0
        for total in run.summary?.totals ?? [] { add(total) }
    }

    private mutating func add(_ total: SeriesTotal) {
        guard case .measured(let value) = total.result else { return }
        let key = StatisticsKey(total.series)
        switch total.series.consumer {
        case .process: Self.add(value.asDouble, for: key, to: &processTotals)
        case .localMachine: Self.add(value.asDouble, for: key, to: &machineTotals)
        }
    }

    /// Adds a total up; a counter that stepped back adds nothing.
    private static func add(_ value: Double, for key: StatisticsKey, to totals: inout [StatisticsKey: Double]) {
        let hasRoom = totals[key] != nil || totals.count < maximumKeys
        totals[hasRoom ? key : .other(than: key), default: 0] += value > 0 ? value : 0
    }
}

/// A series without its consumer: what is left of it when runs are added up.
package struct StatisticsKey: Sendable, Hashable {
    package let metric: Metric
    package let resource: Resource
    package let attributes: [String: String]

    init(_ series: Series) {
        metric = series.metric
        resource = series.resource
        attributes = series.attributes
    }

    private init(metric: Metric) {
        self.metric = metric
        resource = .localMachine
        attributes = [:]
    }

    /// What the series are added up under that have no key of their own any more; one per unit.
    static func other(than key: StatisticsKey) -> StatisticsKey {
        StatisticsKey(metric: Metric(name: "other", unit: key.metric.unit))
    }
}

/// How many runs there are in each state.
package struct RunCounts: Sendable, Equatable {
    package let queued: Int
    package let running: Int
    package let finished: UInt64

    package init(queued: Int, running: Int, finished: UInt64) {
        self.queued = queued
        self.running = running
        self.finished = finished
    }
}

/// How many runs there are, and what those that are over amount to.
package struct RunCensus: Sendable {
    package let counts: RunCounts
    package let statistics: RunStatistics
    /// The same by name of the runs; empty unless asked for.
    package let statisticsByName: [String: RunStatistics]
}
