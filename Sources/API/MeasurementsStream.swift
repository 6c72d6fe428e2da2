import Exposition
import HTTPServer
import Measurement
import Runs
import Storage
import Synchronization

/// Renders a run's measurements while a client reads them: one stored chunk is in memory at a time.
final class MeasurementsStream: HTTPBodyStream {
    private let state: Mutex<State>

    /// - Parameters:
    ///   - header: what comes before all rows.
    ///   - renderer: of a run that was launched; others have no rows.
    init(
        of run: Run, in database: RunDatabase, header: [UInt8] = [],
        renderer: (SourceLayout, ClockAnchor) -> any MeasurementsRenderer
    ) {
        state = Mutex(State(run: run, database: database, header: header, renderer: renderer))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try state.withLock { try $0.read(into: buffer) }
    }

    private struct State {
        private let id: RunID
        private let database: RunDatabase
        /// Whether there will be no more frames than those that are stored.
        private let isOver: Bool
        /// Nil when there are no more rows.
        private var renderer: (any MeasurementsRenderer)?
        private var chunk: StoredChunk?
        private var nextFrame = 0
        private var text: [UInt8]
        private var sent = 0

        /// Rendered at a time; keeps other clients from waiting.
        private static let framesPerTurn = 256

        init(
            run: Run, database: RunDatabase, header: [UInt8],
            renderer: (SourceLayout, ClockAnchor) -> any MeasurementsRenderer
        ) {
            id = run.id
            self.database = database
            isOver = run.state == .finished
            text = header
            guard let layout = run.layout, let anchor = run.startedAt else { return }
            self.renderer = renderer(layout, anchor)
        }

        mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            while sent == text.count {
                guard try renderMore() else { return 0 }
            }
            let count = min(buffer.count, text.count - sent)
            text.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[sent..<sent + count])) }
            sent += count
            return count
        }

        /// What waited for the end of the run; false when that is nothing.
        private mutating func finish() -> Bool {
            guard isOver else { return false }
            text.removeAll(keepingCapacity: true)
            sent = 0
            renderer?.finish(into: &text)
            renderer = nil
            return !text.isEmpty
        }

        /// False when there is nothing more (so far).
        private mutating func renderMore() throws -> Bool {
            guard renderer != nil else { return false }
            if nextFrame == chunk?.block.count ?? 0 {
                guard let next = try database.chunk(of: id, after: chunk?.ordinal) else { return finish() }
                chunk = next
                nextFrame = 0
            }
            guard let block = chunk?.block else { return false }
            let end = min(nextFrame + Self.framesPerTurn, block.count)
            text.removeAll(keepingCapacity: true)
            sent = 0
            renderer?.render(block, range: nextFrame..<end, into: &text)
            nextFrame = end
            return true
        }
    }
}
