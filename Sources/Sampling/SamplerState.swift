import LinuxSystem
import Measurement

/// Everything the sampler's lock guards. Nothing here allocates on a tick.
struct SamplerState {
    private let sources: [any Source]
    private var endedSources: [Bool]
    /// The machine's values of the current tick.
    private var machineRow: [Int64]
    private var recordings: [RecordingState] = []
    /// Whether a recording has begun since the last heartbeat.
    private var hasBegun = false
    private var heartbeatGrid: SamplingGrid
    private(set) var history: HeartbeatHistory
    var status: SamplerStatus
    var isStopping = false

    init(sources: [any Source]) {
        self.sources = sources
        endedSources = Array(repeating: false, count: sources.count)
        machineRow = Array(repeating: absentValue, count: sources.reduce(0) { $0 + $1.columnCount })
        history = HeartbeatHistory(columnCount: machineRow.count)
        heartbeatGrid = SamplingGrid(interval: Sampler.heartbeatInterval, after: .now)
        status = SamplerStatus()
    }

    /// Columns of the machine in every frame.
    var columnCount: Int { machineRow.count }

    var nextDeadline: MonotonicInstant {
        var earliest = heartbeatGrid.next
        for index in recordings.indices where !recordings[index].isClosed {
            earliest = min(earliest, recordings[index].grid.next)
        }
        return earliest
    }

    /// Reads whatever is due by `now`, with `now` as its one timestamp.
    mutating func tick(at now: MonotonicInstant) {
        var isMachineRead = false
        var latest: SamplingGrid.Due?
        for index in recordings.indices {
            guard !recordings[index].isClosed, let due = recordings[index].grid.advance(to: now) else { continue }
            if !isMachineRead { readMachine() }
            isMachineRead = true
            takeFrame(of: index, at: now, due: due)
            latest = due.joined(with: latest)
        }
        if let due = heartbeatGrid.advance(to: now) {
            if !isMachineRead { readMachine() }
            isMachineRead = true
            publishHeartbeat(at: now)
            latest = due.joined(with: latest)
        }
        guard let latest else { return }
        status.ticks += 1
        status.missedTicks += latest.missed
        status.lateness.observe(latest.lateness.inSeconds)
    }

    mutating func heartbeat(at now: MonotonicInstant) {
        readMachine()
        publishHeartbeat(at: now)
    }

    private mutating func publishHeartbeat(at now: MonotonicInstant) {
        if status.machine == nil {
            status.baseline = .init(instant: now, values: machineRow.map { $0 })
            status.machine = .init(instant: now, values: machineRow.map { $0 })
        }
        status.machine?.update(machineRow, at: now)
        status.baseline?.fill(machineRow)
        history.append(machineRow, at: now, isMeasured: hasBegun || !recordings.isEmpty)
        hasBegun = false
    }

    private mutating func readMachine() {
        machineRow.withUnsafeMutableBufferPointer { buffer in
            var row = MutableSpan(_unsafeElements: buffer)
            var offset = 0
            for index in sources.indices {
                let source = sources[index]
                if source.readUnlessEnded(&endedSources[index], into: &row, at: offset).isFailure {
                    status.readErrors.add(source.backend)
                }
                offset += source.columnCount
            }
        }
    }

    private var setbacks: Int {
        var sum = 0
        for index in sources.indices { sum += sources[index].setbacks }
        return sum
    }

    private mutating func takeFrame(of index: Int, at now: MonotonicInstant, due: SamplingGrid.Due?) {
        status.readErrors.add(recordings[index].takeFrame(at: now, machineRow: machineRow, due: due).errors)
    }
}

// MARK: - Recordings

extension SamplerState {
    /// Takes the first frame of a recording and goes on with it at its ticks.
    ///
    /// - Parameter recording: handed over for good: a copy that the caller kept would share the block, and the first
    ///   frame would have to copy it.
    mutating func begin(_ recording: consuming RecordingState, at now: MonotonicInstant) {
        readMachine()
        let setbacks = setbacks
        recordings.append(recording)
        recordings[recordings.count - 1].setbacksAtStart = setbacks
        hasBegun = true
        takeFrame(of: recordings.count - 1, at: now, due: nil)
    }

    /// - Returns: when the oldest frame was taken that a run still has here.
    func copyOpening(of recording: Recording, into values: inout [Int64]) -> MonotonicInstant {
        let block = recordings.first { $0.recording === recording }!.block
        for column in values.indices { values[column] = block.value(row: 0, column: column) }
        return block.instant(at: 0)
    }

    /// Takes a run's last frame. The window closes with the first call; later ones ask those of the run's own sources
    /// again: its counters stand still by then, if nothing of it lives.
    ///
    /// - Returns: `busy` where a later call may complete the frame.
    mutating func closeWindow(of recording: Recording) -> SourceStatus {
        guard let index = recordings.firstIndex(where: { $0.recording === recording }) else { return .ended }
        if recordings[index].isClosed { return recordings[index].retakeLastFrame().status }
        recordings[index].isClosed = true
        let now = MonotonicInstant.now
        readMachine()
        recordings[index].makeRoomForLastFrame()
        let failures = recordings[index].takeFrame(at: now, machineRow: machineRow, due: nil)
        status.readErrors.add(failures.errors)
        return failures.status
    }

    /// Lets a run go, with its last frame.
    mutating func finish(_ recording: Recording) -> FinishedRecording? {
        guard let index = recordings.firstIndex(where: { $0.recording === recording }) else { return nil }
        if !recordings[index].isClosed { _ = closeWindow(of: recording) }
        var state = recordings.remove(at: index)
        state.statistics.setbacks = setbacks - state.setbacksAtStart
        let end = state.block.instant(at: state.block.count - 1)
        return FinishedRecording(endedAt: end, frames: state.block, statistics: state.statistics)
    }

    /// Nil also once the window is closed: the rest comes with ``finish(_:)``.
    mutating func drain(_ recording: Recording, into block: inout FrameBlock) -> SamplingStatistics? {
        guard let index = recordings.firstIndex(where: { $0.recording === recording }), !recordings[index].isClosed
        else { return nil }
        swap(&recordings[index].block, &block)
        return recordings[index].statistics
    }
}
