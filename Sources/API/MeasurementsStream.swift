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
        private let run: Run
        private let layout: SourceLayout?
        private let database: RunDatabase
        /// Nil when there are no more rows.
        private var renderer: (any MeasurementsRenderer)?
        /// The frames at hand, and the place of their chunk.
        private var block: FrameBlock?
        private var ordinal: Int?
        private var isClosed = false
        private var nextFrame = 0
        private var text: [UInt8]
        private var sent = 0

        /// Rendered at a time; keeps other clients from waiting.
        private static let framesPerTurn = 256

        init(
            run: Run, database: RunDatabase, header: [UInt8],
            renderer: (SourceLayout, ClockAnchor) -> any MeasurementsRenderer
        ) {
            self.run = run
            self.database = database
            layout = run.publishedLayout
            text = header
            guard let layout, let anchor = run.startedAt else { return }
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
            guard run.state == .finished else { return false }
            renderer?.finish(into: &text)
            renderer = nil
            return !text.isEmpty
        }

        /// False when there is nothing more (so far).
        private mutating func renderMore() throws -> Bool {
            guard renderer != nil else { return false }
            text.removeAll(keepingCapacity: true)
            sent = 0
            if nextFrame == block?.count ?? 0, try !fetchMore() { return finish() }
            guard let block else { return false }
            let end = min(nextFrame + Self.framesPerTurn, block.count)
            renderer?.render(block, range: nextFrame..<end, into: &text)
            nextFrame = end
            return true
        }

        /// Goes on to the next stored frames, or to the last one where only that was kept.
        private mutating func fetchMore() throws -> Bool {
            nextFrame = 0
            if let next = try database.chunk(of: run.id, after: ordinal) {
                let frames = try layout.map { try next.block(of: $0) } ?? next.block
                if ordinal == nil { begin(before: frames) }
                ordinal = next.ordinal
                block = frames
                return true
            }
            guard let closing = run.closing, !isClosed else { return false }
            if ordinal == nil { begin(before: closing.block) }
            isClosed = true
            block = closing.block
            return true
        }

        /// Counting begins with the opening frame, also where the chunk that had it was lost.
        private mutating func begin(before first: FrameBlock) {
            guard let opening = run.opening, opening.isBefore(first) else { return }
            renderer?.render(opening.block, into: &text)
        }
    }
}
