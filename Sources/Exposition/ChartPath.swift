import Analysis

/// Points of a series as paths in steps: each holds from its beginning to its end, and gaps stay gaps.
struct ChartPath {
    private let space: ChartSpace
    /// Neighbours without a gap between them.
    private var pieces: [[Step]] = []

    private struct Step {
        let from: Double
        let to: Double
        let point: SeriesPoint
    }

    init(_ points: [SeriesPoint?], times: [Double], in space: ChartSpace) {
        self.space = space
        var isOpen = false
        for (index, point) in points.enumerated() {
            guard let point else {
                isOpen = false
                continue
            }
            if !isOpen { pieces.append([]) }
            isOpen = true
            pieces[pieces.count - 1].append(Step(from: times[index], to: times[index + 1], point: point))
        }
    }

    /// The line of the means.
    var line: String {
        pieces.map { begin($0) { $0.mean } + forwards($0) { $0.mean } }.joined()
    }

    /// The area between the extremes.
    var band: String {
        pieces.map { piece in
            var path = begin(piece) { $0.maximum } + forwards(piece) { $0.maximum }
            for step in piece.reversed() { path += "V\(space.y(step.point.minimum))H\(space.x(step.from))" }
            return path + "Z"
        }.joined()
    }

    /// The area between the mean and 0.
    var filling: String {
        pieces.map { piece in
            let line = begin(piece) { $0.mean } + forwards(piece) { $0.mean }
            return "\(line)V\(space.y(0))H\(space.x(piece[0].from))Z"
        }.joined()
    }

    private func begin(_ piece: [Step], _ value: (SeriesPoint) -> Double) -> String {
        "M\(space.x(piece[0].from)),\(space.y(value(piece[0].point)))"
    }

    /// `V…H…` for each step; one that stays where it is adds nothing to the path but its end.
    private func forwards(_ piece: [Step], _ value: (SeriesPoint) -> Double) -> String {
        var path = ""
        var height = space.y(value(piece[0].point))
        for (index, step) in piece.enumerated() {
            let next = space.y(value(step.point))
            if next != height { path += "V\(next)" }
            height = next
            let isLevel = index + 1 < piece.count && space.y(value(piece[index + 1].point)) == height
            if !isLevel { path += "H\(space.x(step.to))" }
        }
        return path
    }
}
