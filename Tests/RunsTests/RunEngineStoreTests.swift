import Glibc
import LinuxSystem
import Measurement
import Synchronization
import TestSupport
import Testing

@testable import Runs

/// What becomes of runs when the store fails.
@Suite(.serialized)
struct RunEngineStoreTests {
    private let lossWarning = "samples are missing from the stored measurements, not from the totals: the disk is full"

    private func isLoss(_ warning: String) -> Bool { warning.hasSuffix(lossWarning) && warning.first?.isNumber == true }

    @Test("a run that cannot be stored is refused, never shown and never launched")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let outputs = OutputDirectory(path: "\(directory.path)/output")
        let backend = FakeBackend()
        let fixture = try EngineFixture(backend: backend) { $0.output = outputs }
        defer { fixture.stop() }
        let trace = "\(directory.path)/trace"
        fixture.store.fail { $0.saves(.queued) }
        let error = #expect(throws: RunError.self) { try fixture.submit("touch", trace) }
        guard case .notStored(let failure)? = error else { return }
        #expect("\(failure)" == "the disk is full")
        #expect(fixture.engine.storeFailure != nil)
        #expect(fixture.engine.runs.isEmpty && fixture.engine.census.counts.queued == 0)
        #expect(backend.openings == 1, "prepared meanwhile")
        #expect(try PseudoDirectory.names(in: "\(directory.path)/output").isEmpty, "and taken away")
        fixture.store.fail { _ in false }
        #expect(try fixture.run("true").outcome == .exited(code: 0))
        #expect(access(trace, F_OK) != 0)
        #expect(fixture.engine.storeFailure == nil)
    }

    @Test("a store that has failed is tried again though nobody asks for anything")
    func probe() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        fixture.store.fail { _ in true }
        #expect(throws: RunError.self) { try fixture.submit("true") }
        let probes = fixture.store.current.probes
        try fixture.store.wait { $0.probes > probes + 1 }
        #expect(fixture.engine.storeFailure != nil)
        fixture.store.fail { _ in false }
        try waitUntil { fixture.engine.storeFailure == nil }
    }

    @Test("refused runs leave their places in the queue to others")
    func refusedPlaces() throws {
        let fixture = try EngineFixture { $0.maximumQueuedRuns = 1 }
        defer { fixture.stop() }
        fixture.store.fail { $0.saves(.queued) }
        for _ in 0..<5 { #expect(throws: RunError.self) { try fixture.submit("true") } }
        fixture.store.fail { _ in false }
        #expect(try fixture.run("true").outcome == .exited(code: 0))
    }

    @Test("frames that cannot be stored are told as missing, and the totals hold them nonetheless")
    func lostFrames() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        fixture.store.fail(\.isAppend)
        let id = try fixture.submit(
            RunSpecification(command: .arguments(["sleep", "0.02"]), interval: .milliseconds(1))
        ).id
        // Its end is in the same transaction as its last frames, and is tried again without them.
        let run = try #require(try fixture.store.wait { $0.runs[id]?.state == .finished }.runs[id])
        #expect(fixture.store.current.frames[id] == nil)
        #expect(run.warnings.filter(isLoss).count == 1)
        let frames = try #require(run.summary?.sampling).ticks + 2
        #expect(run.warnings.contains("\(frames) \(lossWarning)"))
        #expect(run.summary?.totals.map(\.result) == [.measured(.integer(Int64(frames - 1) * 1000))])
        // What is kept of them gives the total.
        let (opening, closing) = (try #require(run.opening), try #require(run.closing))
        #expect(closing.values[0] - opening.values[0] == Int64(frames - 1) * 1000)
        #expect(closing.instant == run.endedAt && opening.instant == run.startedAt?.monotonic)
    }

    @Test("sums of all frames are stored beside them")
    func sums() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        // Longer than the recorder waits between two visits.
        let run = try fixture.run(RunSpecification(command: .arguments(["sleep", "1.5"]), interval: .milliseconds(1)))
        let stretches = try #require(fixture.store.current.stretches[run.id]).map { $0[0] }
        #expect(stretches.count > 1)
        let total = stretches.reduce(0) { $0 + ($1?.change ?? 0) }
        #expect(run.summary?.totals.map(\.result) == [.measured(.integer(Int64(total)))])
        #expect(stretches.first??.since == run.startedAt?.monotonic && stretches.last??.until == run.endedAt)
        #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0?.until == $1?.since })
    }

    @Test("sums that could not be stored are in those that follow")
    func refusedSums() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let refused = Atomic(0)
        fixture.store.fail { operation in
            guard case .append(_, _, _?) = operation else { return false }
            return refused.wrappingAdd(1, ordering: .relaxed).oldValue == 0
        }
        let id = try fixture.submit(
            RunSpecification(command: .arguments(["sleep", "1000"]), interval: .milliseconds(1))
        ).id
        try fixture.store.wait { $0.stretches[id] != nil }
        try fixture.engine.cancel(id)
        let content = try fixture.store.wait { $0.runs[id]?.state == .finished }
        let run = try #require(content.runs[id])
        let stretches = try #require(content.stretches[id]).map { $0[0] }
        #expect(run.warnings.filter(isLoss).count == 1, "frames were refused, too")
        let total = stretches.reduce(0) { $0 + ($1?.change ?? 0) }
        #expect(run.summary?.totals.map(\.result) == [.measured(.integer(Int64(total)))])
        #expect(stretches.first??.since == run.startedAt?.monotonic && stretches.last??.until == run.endedAt)
        #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0?.until == $1?.since })
    }

    @Test("a run that loses frames again and again has one warning with the sum")
    func repeatedLoss() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let losses = Atomic(0)
        fixture.store.fail { operation in
            guard case .append(let block, _, _) = operation else { return false }
            losses.wrappingAdd(block.count, ordering: .relaxed)
            return true
        }
        let id = try fixture.submit(
            RunSpecification(command: .arguments(["sleep", "1000"]), interval: .milliseconds(1))
        ).id
        // Two visits of the recorder in vain.
        try fixture.store.wait { _ in losses.load(ordering: .relaxed) > 1 && fixture.hasLoss(in: id) }
        let first = losses.load(ordering: .relaxed)
        try fixture.store.wait { _ in losses.load(ordering: .relaxed) > first }
        try fixture.engine.cancel(id)
        let run = try #require(try fixture.store.wait { $0.runs[id]?.state == .finished }.runs[id])
        #expect(run.warnings.filter(isLoss) == ["\(losses.load(ordering: .relaxed)) \(lossWarning)"])
    }

    @Test("the end of a run that cannot be stored is visible, and is tried again until it is on disk")
    func finishedLater() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        fixture.store.fail { $0.saves(.finished) }
        let id = try fixture.submit("true").id
        let shown = try #require(try fixture.finish(id))
        #expect(shown.state == .finished && shown.outcome == .exited(code: 0) && shown.summary?.totals.count == 1)
        #expect(fixture.engine.runs.map(\.id) == [id])
        #expect(fixture.store.current.runs[id]?.state != .finished)
        #expect(fixture.engine.census.counts.running == 0)
        let attempts = fixture.store.current.attempts
        try fixture.store.wait { $0.attempts > attempts }
        fixture.store.fail { _ in false }
        try fixture.store.wait { $0.runs[id]?.state == .finished }
        #expect(fixture.engine.census.statistics.finished == ["exited": 1])
    }

    @Test("a run whose end cannot be stored can be deleted, and is not stored again")
    func deletedUnstored() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        fixture.store.fail { $0.saves(.finished) }
        let id = try fixture.submit("true").id
        _ = try fixture.finish(id)
        let answer = try Answer<String?>()
        try fixture.engine.delete(id) { answer.give($0.map { "\($0)" }) }
        #expect(try answer.wait() == nil)
        #expect(fixture.engine.run(id) == nil)
        fixture.store.fail { _ in false }
        _ = try fixture.run("true")
        #expect(fixture.store.current.runs[id] == nil)
    }

    @Test("an end that is not on disk is not forgotten because something else is")
    func notForgotten() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        let first = Mutex<RunID?>(nil)
        fixture.store.fail { operation in
            guard let id = first.withLock({ $0 }) else { return false }
            return operation.saves(.finished, id)
        }
        let running = try fixture.submit(RunSpecification(command: .arguments(["sleep", "1000"])))
        first.withLock { $0 = running.id }
        try fixture.engine.cancel(running.id)
        #expect(try fixture.finish(running.id)?.outcome == .cancelled)
        #expect(try fixture.run("true").outcome == .exited(code: 0))
        #expect(try #require(fixture.engine.run(running.id)).outcome == .cancelled)
        #expect(fixture.store.current.runs[running.id]?.state != .finished)
        first.withLock { $0 = nil }
        try fixture.store.wait { $0.runs[running.id]?.state == .finished }
    }

    @Test("what could not be stored is tried once more at the end")
    func lastAttempt() throws {
        let fixture = try EngineFixture()
        fixture.store.fail { $0.saves(.finished) }
        let id = try fixture.submit("true").id
        _ = try fixture.finish(id)
        fixture.store.fail { _ in false }
        fixture.stop()
        #expect(fixture.store.current.runs[id]?.state == .finished)
    }

    @Test("a run whose start could not be stored is finished all the same")
    func lostStart() throws {
        let fixture = try EngineFixture()
        defer { fixture.stop() }
        fixture.store.fail { $0.saves(.running) }
        let run = try fixture.run("true")
        #expect(run.outcome == .exited(code: 0))
        #expect(try fixture.store.wait { $0.runs[run.id]?.state == .finished }.history.count >= 2)
    }
}

extension EngineFixture {
    fileprivate func hasLoss(in id: RunID) -> Bool {
        engine.run(id)?.warnings.contains { $0.contains("missing from the stored") } ?? false
    }
}
