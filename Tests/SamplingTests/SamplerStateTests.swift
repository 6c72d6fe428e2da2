import CTestSupport
import Measurement
import Testing

@testable import Sampling

@Suite struct SamplerStateTests {
    private let machine = CountingSource()
    private let own = CountingSource(columns: 2)

    private func recording(_ state: SamplerState, every interval: Duration, _ sources: [any Source]) -> Recording {
        Recording(interval: interval, machineColumns: state.columnCount, sources: sources)
    }

    private func begin(_ recording: Recording, in state: inout SamplerState, at now: MonotonicInstant) {
        state.begin(RecordingState(recording: recording, now: now), at: now)
    }

    @Test("a recording begins with a frame, and has one at every tick of its interval")
    func frames() {
        var state = SamplerState(sources: [machine])
        let recording = recording(state, every: .milliseconds(10), [own])
        begin(recording, in: &state, at: .milliseconds(3))
        for now in 4...30 { state.tick(at: .milliseconds(Int64(now))) }
        let frames = state.finish(recording)!.frames
        #expect(frames.table.dropLast() == [[3, 1, 1, 1], [10, 2, 2, 2], [20, 3, 3, 3], [30, 4, 4, 4]])
        #expect(frames.table.last?.dropFirst() == [5, 5, 5])
    }

    @Test("all sources of a tick share its timestamp, and the machine is read once for all recordings")
    func oneTimestamp() {
        var state = SamplerState(sources: [machine])
        let recordings = (0..<5).map { _ in recording(state, every: .milliseconds(10), [CountingSource()]) }
        for recording in recordings { begin(recording, in: &state, at: .milliseconds(0)) }
        #expect(machine.count == 5)
        state.tick(at: .milliseconds(10))
        state.tick(at: .milliseconds(20))
        #expect(machine.count == 7)
        for recording in recordings {
            let frames = state.finish(recording)!.frames
            #expect(frames.table[1...2] == [[10, 6, 2], [20, 7, 3]])
        }
    }

    @Test("recordings with different intervals are read when they are due, together where they meet")
    func intervals() {
        var state = SamplerState(sources: [machine])
        let fine = recording(state, every: .milliseconds(10), [])
        let coarse = recording(state, every: .milliseconds(30), [])
        begin(fine, in: &state, at: .milliseconds(0))
        begin(coarse, in: &state, at: .milliseconds(0))
        for now in 1...30 { state.tick(at: .milliseconds(Int64(now))) }
        #expect(machine.count == 2 + 3)
        #expect(state.finish(fine)!.frames.table.dropLast().map { $0[0] } == [0, 10, 20, 30])
        #expect(state.finish(coarse)!.frames.table.dropLast() == [[0, 2], [30, 5]])
    }

    @Test("a source that has ended is not read again, and its columns are absent")
    func ended() {
        var state = SamplerState(sources: [])
        let dying = DyingSource(after: 2, as: .ended)
        let recording = recording(state, every: .milliseconds(1), [dying, own])
        begin(recording, in: &state, at: .milliseconds(0))
        for now in 1...4 { state.tick(at: .milliseconds(Int64(now))) }
        let values = state.finish(recording)!.frames.table.map { Array($0.dropFirst()) }
        let absent = absentValue
        #expect(values[..<3] == [[7, 7, 1, 1], [7, 7, 2, 2], [absent, absent, 3, 3]])
        #expect(values[5] == [absent, absent, 6, 6])
        #expect(dying.count == 3)
        #expect(state.status.readErrors[.perfEvent] == 0)
    }

    @Test("a failing source is counted, read again, and stops nobody")
    func failing() {
        let failing = DyingSource(after: 1, as: .failed)
        var state = SamplerState(sources: [DyingSource(after: 0, as: .failed), machine])
        let recording = recording(state, every: .milliseconds(1), [failing, own])
        begin(recording, in: &state, at: .milliseconds(0))
        for now in 1...3 { state.tick(at: .milliseconds(Int64(now))) }
        let values = state.finish(recording)!.frames.table.map { Array($0.dropFirst()) }
        #expect(values[0] == [absentValue, 7, 1, 7, 7, 1, 1])
        #expect(values[4] == [absentValue, 7, 5, absentValue, 7, 5, 5])
        // Five readings of the machine, all but the first of the run.
        #expect(state.status.readErrors[.perfEvent] == 5 + 4)
        #expect(state.status.readErrors[.rapl] == 0)
    }

    @Test("a source of the machine that has ended stays absent in everybody's frames")
    func endedMachineSource() {
        let dying = DyingSource(after: 1, as: .ended)
        var state = SamplerState(sources: [dying, machine])
        let recording = recording(state, every: .milliseconds(1), [])
        begin(recording, in: &state, at: .milliseconds(0))
        state.tick(at: .milliseconds(1))
        state.tick(at: .milliseconds(2))
        #expect(dying.count == 2)
        #expect(
            state.finish(recording)!.frames.table.map { Array($0[1...]) }
                == [
                    [7, 7, 1], [absentValue, absentValue, 2], [absentValue, absentValue, 3],
                    [absentValue, absentValue, 4],
                ])
    }

    @Test("draining gives every frame once and in order")
    func drain() {
        var state = SamplerState(sources: [])
        let recording = recording(state, every: .milliseconds(1), [own])
        begin(recording, in: &state, at: .milliseconds(0))
        var seen: [Int64] = []
        var block = recording.makeBlock()
        for now in 1...100 {
            state.tick(at: .milliseconds(Int64(now)))
            guard now % 7 == 0 else { continue }
            block.removeAll()
            #expect(state.drain(recording, into: &block)?.ticks == UInt64(now))
            seen += block.table.map { $0[1] }
        }
        seen += state.finish(recording)!.frames.table.map { $0[1] }
        #expect(seen == Array(1...own.count))
        #expect(own.count == 102)
    }

    @Test("a block that nobody drains loses frames, counts them, and still has the first and the last")
    func full() {
        var state = SamplerState(sources: [])
        let recording = recording(state, every: .seconds(1), [own])
        let capacity = recording.makeBlock().capacity
        begin(recording, in: &state, at: .milliseconds(0))
        for now in 1...100 { state.tick(at: .milliseconds(Int64(now) * 1000)) }
        let finished = state.finish(recording)!
        #expect(finished.frames.count == capacity)
        #expect(finished.frames.table.first == [0, 1, 1])
        #expect(finished.frames.instant(at: capacity - 1) == finished.endedAt)
        #expect(finished.frames.value(row: capacity - 1, column: 0) == own.count)
        // 1 + 100 + 1 frames were due.
        #expect(finished.statistics.lostFrames == UInt64(102 - capacity))
        // The last frame took the place of one that had been read.
        #expect(finished.statistics.ticks == UInt64(capacity - 1))
    }

    @Test("late and missed ticks are told for the run and for the sampler")
    func statistics() {
        var state = SamplerState(sources: [])
        let fine = recording(state, every: .milliseconds(10), [])
        let twin = recording(state, every: .milliseconds(10), [])
        begin(fine, in: &state, at: .milliseconds(0))
        begin(twin, in: &state, at: .milliseconds(0))
        for now in [11, 15, 20, 44] as [Int64] { state.tick(at: .milliseconds(now)) }
        let statistics = state.finish(fine)!.statistics
        #expect(statistics.ticks == 3)
        #expect(statistics.missedTicks == 1)
        #expect(statistics.maximumLateness == .milliseconds(14))
        #expect(statistics.totalLateness == .milliseconds(15))
        #expect(statistics.lostFrames == 0)
        #expect(state.status.ticks == 3)
        #expect(state.status.missedTicks == 1)
        #expect(state.status.lateness.snapshot.count == 3)
    }

    @Test("the next deadline is the earliest of all")
    func deadline() {
        var state = SamplerState(sources: [])
        let heartbeat = state.nextDeadline
        let now = MonotonicInstant.milliseconds(5)
        let slow = recording(state, every: .milliseconds(100), [])
        let fast = recording(state, every: .milliseconds(10), [])
        begin(slow, in: &state, at: now)
        #expect(state.nextDeadline == .milliseconds(100))
        begin(fast, in: &state, at: now)
        #expect(state.nextDeadline == .milliseconds(10))
        state.tick(at: .milliseconds(99))
        #expect(state.nextDeadline == .milliseconds(100))
        _ = state.finish(fast)
        _ = state.finish(slow)
        #expect(state.nextDeadline == heartbeat)
    }

    @Test("a recording that is finished or was never begun gives nothing")
    func strangers() {
        var state = SamplerState(sources: [])
        let recording = recording(state, every: .milliseconds(1), [own])
        #expect(state.finish(recording) == nil)
        begin(recording, in: &state, at: .milliseconds(0))
        _ = state.finish(recording)
        var block = recording.makeBlock()
        #expect(state.finish(recording) == nil)
        #expect(state.drain(recording, into: &block) == nil)
        #expect(own.count == 2)
    }

    @Test("a heartbeat reads the machine and shows its values, the first ones as a baseline")
    func heartbeat() {
        var state = SamplerState(sources: [machine, own])
        #expect(state.status.separated().machine == nil)
        state.heartbeat(at: .milliseconds(1))
        let snapshot = state.status.separated()
        let next = state.nextDeadline
        state.tick(at: next)
        #expect(snapshot.machine?.values == [1, 1, 1])
        #expect(snapshot.machine?.instant == .milliseconds(1))
        #expect(state.status.machine?.values == [2, 2, 2])
        #expect(state.status.machine?.instant == next)
        #expect(state.status.baseline?.values == [1, 1, 1])
        #expect(state.nextDeadline == next.advanced(by: Sampler.heartbeatInterval))
    }

    @Test("heartbeats of seconds in which something was recorded have no values to learn from")
    func measuredHeartbeats() {
        var state = SamplerState(sources: [machine])
        state.heartbeat(at: .milliseconds(0))
        let short = recording(state, every: .seconds(100), [])
        begin(short, in: &state, at: .milliseconds(100))
        _ = state.finish(short)
        state.heartbeat(at: .milliseconds(1000))
        state.heartbeat(at: .milliseconds(2000))
        let long = recording(state, every: .seconds(100), [])
        begin(long, in: &state, at: .milliseconds(2500))
        state.heartbeat(at: .milliseconds(3000))
        state.heartbeat(at: .milliseconds(4000))
        _ = state.finish(long)
        state.heartbeat(at: .milliseconds(5000))
        var block = FrameBlock(columnCount: 1, capacity: HeartbeatHistory.capacity)
        state.history.copy(into: &block, quietOnly: true)
        let absent = (0..<block.count).filter { block.value(row: $0, column: 0) == absentValue }
        #expect(absent == [1, 3, 4])
        block.removeAll()
        state.history.copy(into: &block, quietOnly: false)
        #expect((0..<block.count).allSatisfy { block.value(row: $0, column: 0) != absentValue })
        #expect(block.count == 6)
    }

    @Test("a column that is first read later is compared with that value")
    func lateBaseline() throws {
        let column = SeriesColumn(
            series: Series(
                metric: Metric(name: "energy", unit: .joules), resource: .localMachine, consumer: .localMachine),
            column: 1, provesItselfByMoving: true)
        var state = SamplerState(sources: [machine, LateSource()])
        state.heartbeat(at: .milliseconds(0))
        #expect(state.status.hasProvedItself(column) == nil)
        state.heartbeat(at: .milliseconds(1000))
        #expect(state.status.hasProvedItself(column) == false)
        state.heartbeat(at: .milliseconds(2000))
        #expect(state.status.hasProvedItself(column) == true)
        #expect(state.status.baseline?.values == [1, 2])
    }

    @Test("a tick of runs between two heartbeats does not change what the machine shows")
    func coarseStatus() {
        var state = SamplerState(sources: [machine])
        state.heartbeat(at: .milliseconds(0))
        let recording = recording(state, every: .milliseconds(1), [])
        begin(recording, in: &state, at: .milliseconds(0))
        for now in 1...10 { state.tick(at: .milliseconds(Int64(now))) }
        #expect(machine.count == 12)
        #expect(state.status.machine?.values == [1])
    }

    @Test("a tick allocates nothing", .enabled(if: counts_allocations(), "a sanitizer has its own allocator"))
    func allocations() {
        var state = SamplerState(sources: [machine, DyingSource(after: 3, as: .failed)])
        state.heartbeat(at: .milliseconds(0))
        let recordings = (1...3).map { recording(state, every: .milliseconds(Int64($0)), [own, machine]) }
        for recording in recordings { begin(recording, in: &state, at: .milliseconds(0)) }
        let heartbeat = state.nextDeadline
        // The runtime looks up some things when code runs for the first time.
        for now in 1...10 { state.tick(at: .milliseconds(Int64(now))) }
        let before = allocations_of_this_thread()
        for now in 11...500 { state.tick(at: .milliseconds(Int64(now))) }
        #expect(allocations_of_this_thread() - before == 0)
        withExtendedLifetime((state.status.separated(), heartbeat)) {
            let before = allocations_of_this_thread()
            for now in 0..<10 { state.tick(at: .milliseconds(1_000_000_000_000 + 1000 * Int64(now))) }
            #expect(allocations_of_this_thread() - before == 0)
        }
        #expect(state.status.ticks == 510)
    }

    @Test(
        "the first frame is taken without copying the block",
        .enabled(if: counts_allocations(), "a sanitizer has its own allocator"))
    func firstFrame() {
        var state = SamplerState(sources: [machine])
        let recording = recording(state, every: .milliseconds(1), [own])
        var counts: [UInt64] = []
        // The runtime looks up some things when code runs for the first time, and the list of recordings grows.
        for _ in 0..<20 {
            var prepared: RecordingState? = RecordingState(recording: recording, now: .milliseconds(0))
            let before = allocations_of_this_thread()
            state.begin(prepared.take()!, at: .milliseconds(0))
            counts.append(allocations_of_this_thread() - before)
        }
        #expect(counts.min() == 0)
    }

    @Test(
        "allocations are counted at all", .enabled(if: counts_allocations(), "a sanitizer has its own allocator"))
    func counter() {
        let before = allocations_of_this_thread()
        let array = [Int64](repeating: 0, count: 1000 + Int(machine.count))
        #expect(allocations_of_this_thread() > before)
        #expect(array.count == 1000)
    }
}
