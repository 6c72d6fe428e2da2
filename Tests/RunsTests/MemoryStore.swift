import Analysis
import LinuxSystem
import Measurement
import Synchronization
import TestSupport

@testable import Runs

/// A store that keeps everything in memory, and fails when it is told to.
final class MemoryStore: RunStore {
    struct Content: Sendable {
        var runs: [RunID: Run] = [:]
        var frames: [RunID: [FrameBlock]] = [:]
        /// Sums that were stored with them.
        var stretches: [RunID: [[SeriesStretch?]]] = [:]
        /// Every saved state of every run, in order.
        var history: [Run] = []
        var attempts = 0
        var probes = 0
        /// How many operations each commit had.
        var commits: [Int] = []
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let content = Mutex(Content())
    private let failure = Mutex<@Sendable (StoreOperation) -> Bool>({ _ in false })
    private let changed: EventDescriptor

    init() throws {
        changed = try EventDescriptor()
    }

    var current: Content { content.withLock { $0 } }

    /// From now on commits that hold such an operation fail.
    func fail(_ isRefused: @escaping @Sendable (StoreOperation) -> Bool) {
        failure.withLock { $0 = isRefused }
    }

    func commit(_ operations: [StoreOperation]) throws {
        defer { changed.set() }
        content.withLock { $0.attempts += 1 }
        let isRefused = failure.withLock { $0 }
        if operations.contains(where: isRefused) { throw Failure(description: "the disk is full") }
        content.withLock { content in
            content.commits.append(operations.count)
            for operation in operations {
                switch operation {
                case .save(let run):
                    content.runs[run.id] = run
                    content.history.append(run)
                case .append(let block, let id, let stretches):
                    content.frames[id, default: []].append(block)
                    if let stretches { content.stretches[id, default: []].append(stretches) }
                case .delete(let id):
                    content.runs[id] = nil
                    content.frames[id] = nil
                }
            }
        }
    }

    func probe() throws {
        defer { changed.set() }
        content.withLock { $0.probes += 1 }
        let isRefused = failure.withLock { $0 }
        if isRefused(.delete(RunID(createdAt: .now))) { throw Failure(description: "the disk is full") }
    }

    /// Waits until what is stored is as it should be. For one thread at a time.
    @discardableResult
    func wait(fileID: String = #fileID, line: Int = #line, until isReady: (Content) -> Bool) throws -> Content {
        try awaited(fileID: fileID, line: line, pausing: { changed.wait(timeout: $0) }) {
            let content = current
            return isReady(content) ? content : nil
        }
    }

    func waitUntilRunning(_ id: RunID, fileID: String = #fileID, line: Int = #line) throws -> Run {
        try wait(fileID: fileID, line: line) { $0.runs[id]?.state == .running }.runs[id]!
    }
}

extension StoreOperation {
    var isAppend: Bool { if case .append = self { true } else { false } }

    /// Whether it saves a run in a certain state.
    func saves(_ state: RunState, _ id: RunID? = nil) -> Bool {
        guard case .save(let run) = self else { return false }
        return run.state == state && (id == nil || run.id == id)
    }
}
