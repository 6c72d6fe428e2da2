import Measurement

/// Where the points of a picture end.
package enum PictureEdges {
    /// So many points of the same length, within a nanosecond.
    package static func even(_ count: Int, from start: MonotonicInstant, to end: MonotonicInstant) -> [MonotonicInstant]
    {
        let span = end.nanoseconds - start.nanoseconds
        let count = Int(min(Int64(count), span))
        return (0..<count).map { index in
            MonotonicInstant(nanoseconds: start.nanoseconds + Self.share(index + 1, of: count, of: span))
        }
    }

    /// Those of the instants that lie next before, or on, the ends of so many even points; the last one is the end.
    ///
    /// - Parameter instants: rising, all behind the start.
    package static func among(_ instants: [MonotonicInstant], count: Int, from start: MonotonicInstant)
        -> [MonotonicInstant]
    {
        guard let end = instants.last else { return [] }
        let ends = even(count, from: start, to: end)
        var edges: [MonotonicInstant] = []
        var next = 0
        for (instant, following) in zip(instants, instants.dropFirst()) {
            while next < ends.count, ends[next] < instant { next += 1 }
            if following > ends[next] { edges.append(instant) }
        }
        return edges + [end]
    }

    private static func share(_ index: Int, of count: Int, of span: Int64) -> Int64 {
        let (high, low) = span.multipliedFullWidth(by: Int64(index))
        return Int64(count).dividingFullWidth((high, low)).quotient
    }
}
