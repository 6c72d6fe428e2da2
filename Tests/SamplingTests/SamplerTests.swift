import CTestSupport
import Glibc
import LinuxSystem
import Measurement
import Synchronization
import TestSupport
import Testing

@testable import Sampling

@Suite struct SamplerTests {
    private let machine = CountingSource()

    private func layout(_ columns: Int) -> SourceLayout { SourceLayout(columnCount: columns, series: []) }

    private func makeSampler() throws -> Sampler { try Sampler(machineSources: [(machine, layout(1))]) }

    @Test("the machine's layout is that of its sources, end to end")
    func machineLayout() throws {
        let sampler = try Sampler(machineSources: [
            (CountingSource(columns: 3), layout(3)), (CountingSource(columns: 2), layout(2)),
        ])
        #expect(sampler.machineLayout.columnCount == 5)
        #expect(sampler.makeRecording(interval: .seconds(1), sources: [machine]).columnCount == 6)
    }

    @Test("a started sampler has a heartbeat at once, and goes on until it is stopped")
    func life() throws {
        let sampler = try makeSampler()
        #expect(sampler.status.machine == nil)
        try sampler.start()
        #expect(sampler.status.machine?.values == [1])
        #expect(sampler.status.counterWraps == 3 && sampler.status.counterResets == 2)
        sampler.stop()
        let count = machine.count
        sampler.stop()
        #expect(machine.count == count)
    }

    @Test("a run's frames begin with one at its start, end with one at its end, and none is lost between")
    func frames() throws {
        let sampler = try makeSampler()
        try sampler.start()
        defer { sampler.stop() }
        let event = try EventDescriptorBox()
        let own = CountingSource(notice: (200, event))
        let recording = sampler.makeRecording(interval: .milliseconds(1), sources: [own])
        let anchor = sampler.begin(recording)
        var block = recording.makeBlock()
        try event.wait { own.count >= 200 }
        let statistics = try #require(sampler.drain(recording, into: &block))
        let finished = try #require(sampler.finish(recording))
        let instants = (0..<block.count).map { block.instant(at: $0) }
        let rest = (0..<finished.frames.count).map { finished.frames.instant(at: $0) }
        #expect(instants.first == anchor.monotonic)
        #expect(rest.last == finished.endedAt)
        #expect(zip(instants + rest, (instants + rest).dropFirst()).allSatisfy(<))
        let values = block.table.map { $0[2] } + finished.frames.table.map { $0[2] }
        #expect(values == Array(1...own.count))
        #expect(statistics.ticks >= 199 && finished.statistics.ticks >= statistics.ticks)
        #expect(UInt64(values.count) == finished.statistics.ticks + 2)
        #expect(sampler.status.ticks >= finished.statistics.ticks)
    }

    /// Its thread would wake up there for ever, before the command that it measures.
    @Test(
        "the sampler's thread leaves a CPU that something computes on",
        .enabled(if: PlaceSource.canBeMoved, "needs CAP_SYS_NICE or RLIMIT_RTPRIO, and two CPUs"))
    func movesAway() throws {
        let sampler = try makeSampler()
        try sampler.start()
        defer { sampler.stop() }
        let own = PlaceSource()
        let recording = sampler.makeRecording(interval: .milliseconds(1), sources: [own])
        _ = sampler.begin(recording)
        let pausing: (Duration) -> Void = { _ in poll(nil, 0, 2) }
        try awaited(pausing: pausing) { own.readings > 2 ? () : nil }
        let occupied = own.cpu
        let isDone = Atomic(false)
        let spinner = try NamedThread(name: "spinner") {
            keep_this_thread_on(occupied)
            while !isDone.load(ordering: .relaxed) {}
        }
        defer {
            isDone.store(true, ordering: .relaxed)
            spinner.join()
        }
        try awaited(pausing: pausing) { own.cpu != occupied ? () : nil }
        #expect(sampler.status.policy == .fifo)
        #expect(sampler.finish(recording) != nil)
    }

    @Test("many threads begin, drain and finish recordings at the same time, and each gets its own frames")
    func concurrency() async throws {
        let sampler = try makeSampler()
        try sampler.start()
        defer { sampler.stop() }
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let event = try EventDescriptorBox()
                    let own = CountingSource(notice: (20, event))
                    let recording = sampler.makeRecording(interval: .microseconds(500), sources: [own])
                    _ = sampler.begin(recording)
                    var block = recording.makeBlock()
                    _ = sampler.status
                    _ = sampler.drain(recording, into: &block)
                    try event.wait { own.count >= 20 }
                    let finished = try #require(sampler.finish(recording))
                    let values = (block.table + finished.frames.table).map { $0[2] }
                    #expect(values == Array(1...own.count))
                }
            }
        }
    }

    @Test("a recording can be begun before the start, and finished after the end")
    func withoutThread() throws {
        let sampler = try makeSampler()
        let recording = sampler.makeRecording(interval: .microseconds(100), sources: [])
        _ = sampler.begin(recording)
        try sampler.start()
        sampler.stop()
        #expect(sampler.finish(recording) != nil)
        #expect(sampler.finish(recording) == nil)
    }

    @Test("the thread is called sampler and says how it is scheduled")
    func thread() throws {
        let name = try EventDescriptorBox()
        let source = NameSource(event: name)
        let sampler = try Sampler(machineSources: [])
        try sampler.start()
        defer { sampler.stop() }
        let recording = sampler.makeRecording(interval: .milliseconds(1), sources: [source])
        _ = sampler.begin(recording)
        // That of this thread, which makes the first reading, and another.
        try name.wait { source.names.count == 2 }
        _ = sampler.finish(recording)
        #expect(source.names.contains("sampler"))
    }

    @Test(
        "a block has room for two seconds, within bounds",
        arguments: [
            (Duration.microseconds(100), 20_002), (.milliseconds(100), 22), (.seconds(3600), 18),
            (.nanoseconds(1), 65_538),
        ])
    func capacity(interval: Duration, capacity: Int) {
        #expect(Recording(interval: interval, machineColumns: 0, sources: []).makeBlock().capacity == capacity)
    }

    @Test("the last frame is asked for again as long as a source of the run is busy, and the machine is not")
    func lastFrame() throws {
        let sampler = try makeSampler()
        let own = HesitantSource()
        let recording = sampler.makeRecording(interval: .seconds(3600), sources: [own])
        let start = sampler.begin(recording)
        own.failNext(3)
        let machineReads = machine.count
        let finished = try #require(sampler.finish(recording))
        #expect(machine.count == machineReads + 1)
        #expect(finished.frames.count == 2)
        #expect(finished.frames.value(row: 1, column: 1) == 7)
        #expect(finished.endedAt > start.monotonic)
        #expect(sampler.finish(recording) == nil)
    }

    @Test(
        "it is not where the source says that this is no use, and not for long where something lives that goes on counting",
        arguments: [(SourceStatus.failed, true, 1, absentValue), (.busy, false, 1, 7), (.busy, false, 50, absentValue)])
    func lastFrameInVain(refusal: SourceStatus, isStill: Bool, failures: Int, value: Int64) throws {
        let sampler = try makeSampler()
        let own = HesitantSource(refusal)
        let recording = sampler.makeRecording(interval: .seconds(3600), sources: [own])
        _ = sampler.begin(recording)
        own.failNext(failures)
        let finished = try #require(sampler.finish(recording) { isStill })
        #expect(finished.frames.value(row: 1, column: 1) == value)
    }
}

/// Has no answer for a number of readings, as a group of counters that is being taken apart.
private final class HesitantSource: Source {
    private let failures = Atomic(0)
    private let refusal: SourceStatus
    let backend = SourceBackend.perfEvent
    let columnCount = 1

    init(_ refusal: SourceStatus = .busy) {
        self.refusal = refusal
    }

    func failNext(_ count: Int) {
        failures.store(count, ordering: .relaxed)
    }

    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        let isRefused = failures.load(ordering: .relaxed) > 0
        if isRefused { failures.subtract(1, ordering: .relaxed) }
        row[offset] = isRefused ? absentValue : 7
        return isRefused ? refusal : .ok
    }
}
