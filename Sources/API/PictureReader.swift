import Analysis
import Measurement
import Runs
import Storage

/// Reads the stored frames of a run, or their sums, and reduces them.
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
    /// By the place of the chunk.
    private var damages: [Int: String] = [:]

    /// The picture; without points of a run that was never launched, or has no frames in that time.
    ///
    /// - Throws: ``StorageError``.
    static func picture(of run: Run, _ request: PictureRequest, in database: RunDatabase) throws -> RunPicture {
        guard let layout = run.publishedLayout?.only(request.metrics), let origin = run.startedAt?.monotonic else {
            return RunPicture()
        }
        var reader = PictureReader(
            run: run, request: request, database: database, layout: layout,
            spans: try database.chunkSpans(of: run.id), origin: origin)
        return try reader.picture()
    }

    private mutating func picture() throws -> RunPicture {
        let unavailable = unavailable
        guard let view = try view() else {
            return RunPicture(start: request.from, unavailable: unavailable)
        }
        var reduction = RunReduction(layout: layout, start: view.start, edges: view.edges)
        try feed(&reduction, view)
        let missing = Set(unavailable.map(\.series))
        return RunPicture(
            start: view.start - origin, edges: view.edges.map { $0 - origin },
            series: reduction.series.filter { !missing.contains($0.series) }, unavailable: unavailable,
            damages: damages(since: view.start))
    }

    /// Neighbours that are damaged in the same way are told as one.
    private func damages(since start: MonotonicInstant) -> [PictureDamage] {
        let places = damages.keys.filter { spans[$0].last > start }.sorted()
        var groups: [ClosedRange<Int>] = []
        for place in places {
            if let last = groups.last, last.upperBound == place - 1, kind(place) == kind(place - 1) {
                groups[groups.count - 1] = last.lowerBound...place
            } else {
                groups.append(place...place)
            }
        }
        return groups.map(damage)
    }

    /// What is the matter with a chunk, without its number.
    private func kind(_ place: Int) -> Substring? {
        damages[place].map { $0.dropFirst("chunk \(spans[place].ordinal) ".count) }
    }

    private func damage(_ places: ClosedRange<Int>) -> PictureDamage {
        let reason = damages[places.lowerBound] ?? ""
        let first = places.lowerBound
        return PictureDamage(
            start: (first == 0 ? origin : spans[first - 1].last) - origin, end: spans[places.upperBound].last - origin,
            reason: places.count == 1 ? reason : "\(reason) The next \(places.count - 1) are damaged too.")
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
        /// Whose frames have intervals that touch it.
        let pieces: ArraySlice<PicturePiece>
    }

    /// A span of so many pieces changes by 1 % at most when it is rounded to whole ones.
    private static let leastCoarsePieces = 200

    /// Nil when nothing is.
    private mutating func view() throws -> View? {
        guard let last = [spans.last?.last, run.closing?.instant].compactMap(\.self).max() else { return nil }
        let start = origin.advanced(by: request.from)
        let end = min(last, request.to.map { origin.advanced(by: $0) } ?? last)
        guard start < end else { return nil }
        let chunks = touched(by: spans.indices.map { PicturePiece($0) }, start, end)
        if let edges = try sampledEdges(start, end, chunks) { return View(start: start, edges: edges, pieces: chunks) }
        // Where the last frames were refused, their sums were, too.
        let pieces =
            run.closing == nil
            ? touched(by: PicturePiece.all(of: spans, endsSummed: run.outcome != .interrupted), start, end) : chunks
        if pieces.count >= max(Self.leastCoarsePieces, request.points / 2) { return coarseView(pieces, upTo: last) }
        return View(start: start, edges: PictureEdges.even(request.points, from: start, to: end), pieces: chunks)
    }

    private func touched(
        by pieces: [PicturePiece], _ start: MonotonicInstant, _ end: MonotonicInstant
    ) -> ArraySlice<PicturePiece> {
        let first = pieces.firstIndex { spans[$0.last].last > start } ?? pieces.endIndex
        let behind = pieces.firstIndex { spans[$0.last].last >= end }.map { $0 + 1 } ?? pieces.endIndex
        return pieces[first..<max(first, behind)]
    }

    /// The frames themselves, where there are no more of them than points; otherwise nil.
    private mutating func sampledEdges(
        _ start: MonotonicInstant, _ end: MonotonicInstant, _ chunks: ArraySlice<PicturePiece>
    ) throws -> [MonotonicInstant]? {
        // Those of the outer chunks may lie outside.
        let inner = chunks.dropFirst().dropLast().reduce(0) { $0 + spans[$1.last].frames }
        guard inner <= request.points else { return nil }
        var edges: [MonotonicInstant] = []
        for chunk in chunks {
            guard let block = try block(chunk.last) else { continue }
            edges += (0..<block.count).lazy.map { block.instant(at: $0) }.filter { start < $0 && $0 < end }
        }
        return edges.count < request.points ? edges + [end] : nil
    }

    /// Points that end where pieces do: the span is rounded outwards to whole ones.
    private func coarseView(_ pieces: ArraySlice<PicturePiece>, upTo last: MonotonicInstant) -> View {
        let first = pieces.first!.chunks.lowerBound
        let start = first == 0 ? origin : spans[first - 1].last
        var ends = pieces.map { spans[$0.last].last }
        if pieces.last!.last == spans.count - 1, last > ends.last! { ends.append(last) }
        return View(
            start: start, edges: PictureEdges.among(ends, count: request.points, from: start), pieces: pieces)
    }
}

// MARK: - Its frames

extension PictureReader {
    /// Sums that are fetched at a time: some hundred bytes each.
    private static let sumsAtOnce = 256

    private mutating func feed(_ reduction: inout RunReduction, _ view: View) throws {
        let places = reduction.places(in: run.layout?.allSeries ?? [])
        // The chunk of which the reduction knows what was before it.
        var next: Int?
        var rest = view.pieces
        while let first = rest.first {
            let pieces = rest.prefix(Self.sumsAtOnce)
            rest = rest.dropFirst(pieces.count)
            let ordinals = spans[first.last].ordinal...spans[pieces.last!.last].ordinal
            let sums = first.isSummed ? try database.stretches(of: run.id, ordinals: ordinals) : [:]
            for piece in pieces {
                if piece.isSummed, let stretches = sums[spans[piece.last].ordinal],
                    stretches.count == places.count
                {
                    reduction.add(stretches, places: places)
                } else {
                    for chunk in piece.chunks {
                        if next != chunk { try prime(&reduction, before: chunk) }
                        if let block = try block(chunk) {
                            reduction.add(block)
                        } else if chunk == 0, let opening = run.opening {
                            reduction.prime(opening.block)
                        }
                        next = chunk + 1
                    }
                }
            }
        }
        guard view.pieces.last.map({ $0.last == spans.count - 1 }) ?? true else { return }
        if view.pieces.isEmpty {
            try prime(&reduction, before: spans.count)
            next = spans.count
        }
        // Sums have what was waiting for the end of a window.
        guard next == spans.count else { return }
        if let closing = run.closing, spans.last.map({ $0.last < closing.instant }) ?? true {
            reduction.add(closing.block)
        }
        if run.state == .finished { reduction.finish() }
    }

    /// A counter that has begun to count, and where windows of divided energy begin, show in what was before.
    private mutating func prime(_ reduction: inout RunReduction, before place: Int) throws {
        var earlier: FrameBlock?
        for chunk in (0..<place).reversed() where earlier == nil { earlier = try block(chunk) }
        if let opening = run.opening, earlier.map(opening.isBefore) ?? isBefore(opening, place) {
            reduction.prime(opening.block)
        }
        if let earlier { reduction.prime(earlier) }
    }

    private func isBefore(_ opening: KeptFrame, _ place: Int) -> Bool {
        place == spans.count || opening.instant < spans[place].first
    }

    /// Nil when it is damaged, or has been deleted meanwhile.
    private mutating func block(_ place: Int) throws -> FrameBlock? {
        do {
            return try database.chunk(of: run.id, at: spans[place])?.block(of: layout)
        } catch let error as StorageError where error.chunk != nil {
            damages[place] = error.message
            return nil
        }
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
