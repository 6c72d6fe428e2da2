import LinuxSystem
import Logging
import Measurement
import Sampling
import Synchronization
import TestSupport

@testable import Runs

/// A whole engine with its sampler; shut down with the last reference.
final class EngineFixture: Sendable {
    let engine: RunEngine
    let store: MemoryStore
    let sampler: Sampler

    init(
        backend: any RunBackend = FakeBackend(), store: MemoryStore? = nil, resuming queued: [Run] = [],
        configure: (inout RunEngineConfiguration) -> Void = { _ in }
    ) throws {
        self.store = try store ?? MemoryStore()
        sampler = try Sampler(machineSources: [])
        var configuration = RunEngineConfiguration(policy: .isolated(LaunchFixture.inherited))
        configure(&configuration)
        engine = try RunEngine(
            configuration: configuration, backend: backend, sampler: sampler, store: self.store,
            children: ChildRegistry(adoptsOrphans: false),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try sampler.start()
        try engine.start(resuming: queued)
    }

    /// Ends everything; nothing runs any more afterwards.
    func stop() {
        engine.shutDown()
        sampler.stop()
    }

    /// Submits a run and waits until it has been accepted or refused.
    func submit(_ specification: RunSpecification) throws -> Run {
        let answer = try Answer<Result<Run, RunError>>()
        try engine.submit(specification) { answer.give($0) }
        return try answer.wait().get()
    }

    func submit(_ arguments: String...) throws -> Run { try submit(RunSpecification(command: .arguments(arguments))) }

    /// Waits for a run's end; gives it as the engine has it, or the store.
    func finish(_ id: RunID) throws -> Run? {
        let answer = try Answer<Void>()
        engine.wait(for: id, until: MonotonicInstant(nanoseconds: .max)) { _ in answer.give(()) }
        try answer.wait()
        return engine.run(id) ?? store.current.runs[id]
    }

    func run(_ specification: RunSpecification) throws -> Run {
        let id = try submit(specification).id
        guard let run = try finish(id) else { throw MemoryStore.Failure(description: "the run is lost") }
        return run
    }

    func run(_ arguments: String...) throws -> Run { try run(RunSpecification(command: .arguments(arguments))) }
}

/// What another thread has to say, and how often it says it.
final class Answer<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    private let event: EventDescriptor

    init() throws {
        event = try EventDescriptor()
    }

    var count: Int { values.withLock { $0.count } }

    func give(_ value: Value) {
        values.withLock { $0.append(value) }
        event.set()
    }

    @discardableResult
    func wait(fileID: String = #fileID, line: Int = #line) throws -> Value {
        try awaited(fileID: fileID, line: line, pausing: { event.wait(timeout: $0) }) { values.withLock { $0.first } }
    }
}
