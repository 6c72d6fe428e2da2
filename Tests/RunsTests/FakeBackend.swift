import Measurement
import Synchronization
import SystemPackage

/// A backend that counts its own readings, 1000 at a time.
final class FakeBackend: RunBackend {
    private let opened = Atomic(0)
    private let closed = Atomic(0)
    private let openError: (any Error)?
    private let selectionError: EventSelectionError?
    /// How many openings fail with `openError`.
    private let failures: Int

    /// - Parameter times: how many launches lack something.
    convenience init(shortage: Errno, times: Int) {
        self.init(openError: shortage, times: times)
    }

    init(openError: (any Error)? = nil, selectionError: EventSelectionError? = nil, times: Int = .max) {
        failures = times
        self.openError = openError
        self.selectionError = selectionError
    }

    /// How many launches have begun to be prepared.
    var openings: Int { opened.load(ordering: .relaxed) }

    /// How many runs' counters have been closed.
    var closings: Int { closed.load(ordering: .relaxed) }

    func plan(events: [String]?) throws(EventSelectionError) -> any RunSourcePlan {
        if let selectionError { throw selectionError }
        return Plan(backend: self)
    }

    private struct Plan: RunSourcePlan {
        let backend: FakeBackend
        let warnings = ["a warning of the plan"]

        func open() throws -> any RunSource {
            let count = backend.opened.wrappingAdd(1, ordering: .relaxed).newValue
            if let error = backend.openError, count <= backend.failures { throw error }
            return FakeRunSource { [backend] in backend.closed.wrappingAdd(1, ordering: .relaxed) }
        }
    }
}

final class FakeRunSource: RunSource {
    let backend = SourceBackend.perfEvent
    let columnCount = 1
    private let readings = Atomic<Int64>(0)
    private let onClose: @Sendable () -> Void

    init(onClose: @escaping @Sendable () -> Void = {}) {
        self.onClose = onClose
    }

    deinit { onClose() }

    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        row[offset] = readings.wrappingAdd(1, ordering: .relaxed).newValue * 1000
        return .ok
    }

    func layout(consumer: Consumer) -> SourceLayout {
        let series = Series(
            metric: Metric(name: "perf_software_FAKE", unit: .count), resource: .localMachine, consumer: consumer)
        return SourceLayout(columnCount: 1, series: [SeriesColumn(series: series, column: 0)])
    }
}
