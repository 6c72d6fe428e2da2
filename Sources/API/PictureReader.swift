import Analysis
import Measurement
import Runs
import Storage

/// Reads the stored frames of a run and reduces them.
///
/// Memory is that of one chunk and of the points. Takes as long as decoding the chunks in view does, in which the
/// answers of the whole server must not have to wait.
struct PictureReader {
    private let run: Run
    private let request: PictureRequest
    private let database: RunDatabase
    private let layout: SourceLayout
    private let spans: [ChunkSpan]
    private let origin: MonotonicInstant

    /// The picture; without points of a run that was never launched, or has no frames in that time.
    ///
    /// - Throws: ``StorageError``.
    static func picture(of run: Run, _ request: PictureRequest, in database: RunDatabase) throws -> RunPicture {
        guard let layout = run.publishedLayout?.only(request.metrics), let origin = run.startedAt?.monotonic else {
            return RunPicture()
        }
        let reader = PictureReader(
            run: run, request: request, database: database, layout: layout,
            spans: try database.chunkSpans(of: run.id), origin: origin)
        return try reader.picture()
    }

    private func picture() throws -> RunPicture {
        let unavailable = unavailable
        guard let view = try view() else {
            return RunPicture(start: request.from, unavailable: unavailable)
        }
        var reduction = RunReduction(layout: layout, start: view.start, edges: view.edges)
        try feed(&reduction, view)
        let missing = Set(unavailable.map(\.series))
        return RunPicture(
            start: view.start - origin, edges: view.edges.map { $0 - origin },
            series: reduction.series.filter { !missing.contains($0.series) }, unavailable: unavailable)
    }

    private var unavailable: [(series: Series, reason: String)] {
        (run.summary?.totals ?? []).compactMap { total in
            guard request.metrics.isEmpty || request.metrics.contains(total.series.metric.name),
                case .unavailable(let reason) = total.result
            else { return nil }
            return (total.series, reason)
        }
    }
}

// MARK: - What is in view

extension PictureReader {
    private struct View {
        let start: MonotonicInstant
        let edges: [MonotonicInstant]
        /// Which of the spans have frames whose intervals touch it.
        let chunks: Range<Int>
    }

    /// A span of so many chunks changes by 1 % at most when it is rounded to whole ones.
    private static let leastCoarseChunks = 200

    /// Nil when nothing is.
    private func view() throws -> View? {
        guard let last = [spans.last?.last, run.closing?.instant].compactMap(\.self).max() else { return nil }
        let start = origin.advanced(by: request.from)
        let end = min(last, request.to.map { origin.advanced(by: $0) } ?? last)
        guard start < end else { return nil }
        let first = spans.firstIndex { $0.last > start } ?? spans.endIndex
        let behind = spans.firstIndex { $0.last >= end }.map { $0 + 1 } ?? spans.endIndex
        let chunks = first..<max(first, behind)
        if let edges = try sampledEdges(start, end, chunks) { return View(start: start, edges: edges, chunks: chunks) }
        if chunks.count >= max(Self.leastCoarseChunks, request.points / 2) { return coarseView(chunks, upTo: last) }
        let edges = PictureEdges.even(request.points, from: start, to: end)
        return View(start: start, edges: edges, chunks: chunks)
    }

    /// The frames themselves, where there are no more of them than points; otherwise nil.
    private func sampledEdges(
        _ start: MonotonicInstant, _ end: MonotonicInstant, _ chunks: Range<Int>
    ) throws -> [MonotonicInstant]? {
        // Those of the outer chunks may lie outside.
        let inner = spans[chunks].dropFirst().dropLast().reduce(0) { $0 + $1.frames }
        guard inner <= request.points else { return nil }
        var edges: [MonotonicInstant] = []
        for index in chunks {
            guard let block = try chunk(index) else { continue }
            edges += (0..<block.count).lazy.map { block.instant(at: $0) }.filter { start < $0 && $0 < end }
        }
        return edges.count < request.points ? edges + [end] : nil
    }

    /// Points that end where chunks do: the span is rounded outwards to whole chunks.
    private func coarseView(_ chunks: Range<Int>, upTo last: MonotonicInstant) -> View {
        let start = chunks.lowerBound == 0 ? origin : spans[chunks.lowerBound - 1].last
        var ends = spans[chunks].map(\.last)
        if chunks.upperBound == spans.endIndex, last > spans[chunks].last!.last { ends.append(last) }
        return View(
            start: start, edges: PictureEdges.among(ends, count: request.points, from: start), chunks: chunks)
    }
}

// MARK: - Its frames

extension PictureReader {
    private func feed(_ reduction: inout RunReduction, _ view: View) throws {
        // A counter that has begun to count, and where windows of divided energy begin, show in the chunk before.
        let chunks = max(0, view.chunks.lowerBound - 1)..<view.chunks.upperBound
        var last: MonotonicInstant?
        if let opening = run.opening, chunks.isEmpty || opening.instant < spans[chunks.lowerBound].first {
            reduction.add(opening.block)
        }
        for index in chunks {
            guard let block = try chunk(index) else { continue }
            reduction.add(block)
            last = spans[index].last
        }
        guard chunks.upperBound == spans.endIndex else { return }
        if let closing = run.closing, last.map({ $0 < closing.instant }) ?? true { reduction.add(closing.block) }
        if run.state == .finished { reduction.finish() }
    }

    /// Nil when it has been deleted meanwhile.
    private func chunk(_ index: Int) throws -> FrameBlock? {
        let ordinal = spans[index].ordinal
        guard let chunk = try database.chunk(of: run.id, after: ordinal - 1), chunk.ordinal == ordinal else {
            return nil
        }
        return try chunk.block(of: layout)
    }
}

extension SourceLayout {
    /// The layout with the series of these metrics alone; itself when there are none.
    fileprivate func only(_ metrics: Set<String>) -> SourceLayout {
        if metrics.isEmpty { return self }
        return SourceLayout(
            columnCount: columnCount, series: series.filter { metrics.contains($0.series.metric.name) },
            attributions: metrics.contains(Metric.attributedEnergy.name) ? attributions : nil)
    }
}
