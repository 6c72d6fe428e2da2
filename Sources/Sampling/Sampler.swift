import Glibc
import LinuxSystem
import Measurement
import Synchronization
import SystemPackage

/// The one scheduler that reads all sources.
///
/// One thread, one timer. A tick takes one timestamp and reads every due source: the machine's once, however many
/// runs want them, and the own sources of each run that is due. Deadlines are absolute; a late tick skips and counts
/// what it missed. Between two deadlines the thread sleeps; without runs it wakes once a second, because RAPL
/// counters must be read before they wrap.
package final class Sampler: Sendable {
    /// What the machine's part of every frame means.
    package let machineLayout: SourceLayout

    private let sources: [any Source]
    private let state: Mutex<SamplerState>
    private let timer: DeadlineTimer
    private let thread = Mutex<NamedThread?>(nil)

    package static let heartbeatInterval = Duration.seconds(1)

    /// - Parameter machineSources: what is read for all runs together, with the meaning of their columns.
    package init(machineSources: [(source: any Source, layout: SourceLayout)]) throws(Errno) {
        machineLayout = .joined(machineSources.map(\.layout))
        timer = try DeadlineTimer()
        sources = machineSources.map(\.source)
        state = Mutex(SamplerState(sources: sources))
    }

    package var status: SamplerStatus {
        var status = state.withLock { $0.status.separated() }
        // Outside the lock: sources guard themselves.
        status.counterWraps = sources.reduce(0) { $0 + $1.wraps }
        status.counterResets = sources.reduce(0) { $0 + $1.setbacks }
        return status
    }

    /// The machine's values at the heartbeats of the last quarter of an hour, the oldest first.
    ///
    /// - Parameter quietOnly: whether values are absent while something was recorded.
    package func heartbeats(quietOnly: Bool = false) -> FrameBlock {
        // Its memory is taken outside the lock.
        var block = FrameBlock(columnCount: machineLayout.columnCount, capacity: HeartbeatHistory.capacity)
        state.withLock { $0.history.copy(into: &block, quietOnly: quietOnly) }
        return block
    }

    /// Starts the thread. It runs until ``stop()``.
    package func start() throws(Errno) {
        state.withLock { state in
            state.heartbeat(at: .now)
            timer.arm(at: state.nextDeadline)
        }
        let thread = try NamedThread(name: "sampler") { [self] in run() }
        self.thread.withLock { $0 = thread }
    }

    /// Ends the thread and waits for it. Recordings can still be finished afterwards.
    package func stop() {
        state.withLock { state in
            state.isStopping = true
            timer.arm(at: .now)
        }
        thread.withLock { $0.take() }?.join()
    }

    /// How long the thread stays on a CPU before the kernel is asked for a better one.
    private static let stay = Duration.milliseconds(20)

    private func run() {
        SchedulingPolicy.hastenCallingThread()
        var policy = SchedulingPolicy.raiseCallingThread()
        state.withLock { $0.status.policy = policy }
        var moved = MonotonicInstant.now
        while true {
            if policy == .fifo && MonotonicInstant.now - moved > Self.stay {
                policy = waitForAnyCPU()
                moved = .now
            } else {
                timer.wait()
            }
            let goesOn = state.withLock { state in
                guard !state.isStopping else { return false }
                let now = MonotonicInstant.now
                state.tick(at: now)
                state.status.readTime.observe((MonotonicInstant.now - now).inSeconds)
                timer.arm(at: state.nextDeadline)
                return true
            }
            if !goesOn { return }
        }
    }

    /// Waits as an ordinary thread, which wakes up on an idle CPU. One under SCHED_FIFO wakes up where it was for ever, though
    /// the command that it measures computes there (decision 0027).
    private func waitForAnyCPU() -> SchedulingPolicy {
        SchedulingPolicy.lowerCallingThread()
        timer.wait()
        let policy = SchedulingPolicy.raiseCallingThread()
        if policy == .other { state.withLock { $0.status.policy = policy } }
        return policy
    }
}

// MARK: - Recordings

extension Sampler {
    /// Prepares to record a run; nothing is read yet.
    package func makeRecording(interval: Duration, sources: [any Source]) -> Recording {
        Recording(interval: interval, machineColumns: machineLayout.columnCount, sources: sources)
    }

    /// Takes a run's first frame on the calling thread, and goes on at every tick of its interval.
    ///
    /// - Returns: when that frame was taken: the opening of the run's window.
    package func begin(_ recording: Recording) -> ClockAnchor {
        // Allocates its buffers here, outside the lock.
        var prepared: RecordingState? = RecordingState(recording: recording, now: .now)
        return state.withLock { state in
            let anchor = ClockAnchor.now
            state.begin(prepared.take()!, at: anchor.monotonic)
            timer.arm(at: state.nextDeadline)
            return anchor
        }
    }

    /// The frame with which the window of a run opened. To be asked before the first ``drain(_:into:)``.
    package func opening(of recording: Recording) -> KeptFrame {
        // Allocated outside the lock.
        var values = [Int64](repeating: absentValue, count: recording.columnCount)
        let instant = state.withLock { $0.copyOpening(of: recording, into: &values) }
        return KeptFrame(instant: instant, values: values)
    }

    /// The kernel refuses to read a group of counters while it takes an inherited copy of it apart (ECHILD): once in some
    /// thousand runs that meets the last frame, which has the totals. A millisecond apart.
    private static let lastFrameAttempts = 100
    /// While something of the run lives its counters go on, and a late reading has what they counted since the window
    /// closed: some milliseconds of it are less of an error than a last frame without values.
    private static let lastFrameAttemptsWhileCounting = 10

    /// Takes a run's last frame on the calling thread and forgets the run.
    ///
    /// - Parameter isStill: whether nothing of the run lives that its counters could count: then a later reading
    ///   completes the last frame without an error, and more of them are tried.
    /// - Returns: when that frame was taken, the frames that nobody has drained, and how sampling went.
    package func finish(_ recording: Recording, isStill: () -> Bool = { true }) -> FinishedRecording? {
        if state.withLock({ $0.closeWindow(of: recording) }) == .busy {
            completeLastFrame(
                of: recording, attempts: isStill() ? Self.lastFrameAttempts : Self.lastFrameAttemptsWhileCounting)
        }
        return state.withLock { $0.finish(recording) }
    }

    private func completeLastFrame(of recording: Recording, attempts: Int) {
        for _ in 0..<attempts {
            poll(nil, 0, 1)
            if state.withLock({ $0.closeWindow(of: recording) }) != .busy { return }
        }
    }

    /// Gives the frames of a run since the last visit, in exchange for an empty block of the same shape.
    package func drain(_ recording: Recording, into empty: inout FrameBlock) -> SamplingStatistics? {
        state.withLock { $0.drain(recording, into: &empty) }
    }
}

package struct FinishedRecording: Sendable {
    package let endedAt: MonotonicInstant
    package let frames: FrameBlock
    package let statistics: SamplingStatistics
}
