import Measurement

/// One run's place in the sampler: what is read for it, when, and where the frames go.
///
/// Everything mutable in it belongs to the sampler's lock; the sampler hands it out as a token.
package final class Recording: Sendable {
    package let interval: Duration
    /// Columns of a frame: those of the machine's sources, then those of the run's own.
    package let columnCount: Int
    /// How many of them are the machine's.
    let machineColumnCount: Int
    let sources: [any Source]

    init(interval: Duration, machineColumns: Int, sources: [any Source]) {
        self.interval = interval
        self.sources = sources
        self.machineColumnCount = machineColumns
        self.columnCount = machineColumns + sources.reduce(0) { $0 + $1.columnCount }
    }

    /// An empty block with room for the frames of two seconds: twice what comes between two visits of the recorder.
    package func makeBlock() -> FrameBlock {
        let frames = 2_000_000_000 / max(1, interval.wholeNanoseconds)
        return FrameBlock(columnCount: columnCount, capacity: Int(min(max(frames, 16), 65_536)) + 2)
    }
}

/// The part of a recording that changes, kept inside the sampler's lock.
struct RecordingState {
    let recording: Recording
    var grid: SamplingGrid
    var block: FrameBlock
    var statistics = SamplingStatistics()
    /// ``Source/setbacks`` of the machine's sources when the run began.
    var setbacksAtStart = 0
    /// Whether its window is closed: there are no more ticks.
    var isClosed = false
    /// Sources that said they have ended are not read again.
    var ended: [Bool]

    init(recording: Recording, now: MonotonicInstant) {
        self.recording = recording
        grid = SamplingGrid(interval: recording.interval, after: now)
        block = recording.makeBlock()
        ended = Array(repeating: false, count: recording.sources.count)
    }

    /// Gives up the newest frame of a full block for the last one of the run, which carries the totals.
    mutating func makeRoomForLastFrame() {
        guard block.isFull else { return }
        block.removeLast()
        statistics.lostFrames += 1
    }

    /// Appends a frame: the machine's values as just read, and the run's own, read now.
    ///
    /// - Parameter due: the tick; nil for the two ends of a run.
    /// - Returns: how the run's sources failed.
    mutating func takeFrame(at now: MonotonicInstant, machineRow: [Int64], due: SamplingGrid.Due?) -> SourceFailures {
        guard !block.isFull else {
            // Values are cumulative: what is lost is resolution, and it is counted.
            statistics.lostFrames += 1
            return SourceFailures()
        }
        if let due { statistics.record(due) }
        block.append(at: now) { row in
            for column in machineRow.indices { row[column + 1] = machineRow[column] }
        }
        return retakeLastFrame()
    }

    /// Reads the run's own sources into the last frame.
    ///
    /// - Returns: how they failed.
    mutating func retakeLastFrame() -> SourceFailures {
        var failures = SourceFailures()
        let sources = recording.sources
        let first = recording.machineColumnCount + 1
        block.updateLast { row in
            var offset = first
            for index in sources.indices {
                let source = sources[index]
                failures.add(source.readUnlessEnded(&ended[index], into: &row, at: offset), of: source)
                offset += source.columnCount
            }
        }
        return failures
    }
}

/// Which of a run's sources failed at a reading, and whether they may be asked again at once.
struct SourceFailures {
    private(set) var errors = ReadErrors()
    private(set) var status = SourceStatus.ok

    mutating func add(_ status: SourceStatus, of source: any Source) {
        if status.isFailure { errors.add(source.backend) }
        self.status.join(status)
    }
}

extension Source {
    /// Reads a source, or marks its columns absent once it has ended.
    func readUnlessEnded(_ ended: inout Bool, into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus {
        if !ended {
            let status = read(into: &row, at: offset)
            if status != .ended { return status }
            ended = true
        }
        for column in offset..<offset + columnCount { row[column] = absentValue }
        return .ended
    }
}
