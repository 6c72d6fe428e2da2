/// Power over time whose integral is known: for simulated machines.
package struct PowerProfile: Sendable {
    /// Linear from one power to another over some milliseconds.
    package struct Segment: Sendable {
        let milliseconds: Int
        let first: Double
        let last: Double

        package static func constant(_ watts: Double, milliseconds: Int) -> Segment {
            Segment(milliseconds: milliseconds, first: watts, last: watts)
        }

        package static func ramp(from first: Double, to last: Double, milliseconds: Int) -> Segment {
            Segment(milliseconds: milliseconds, first: first, last: last)
        }
    }

    package let segments: [Segment]

    package init(_ segments: [Segment]) {
        self.segments = segments
    }

    /// Idle, a step up and down, a ramp, bursts shorter than a sampling interval, and a slow decline: 23.657 s.
    package static let eventful = PowerProfile(
        [
            .constant(4, milliseconds: 3_007), .constant(230, milliseconds: 5_003),
            .constant(12, milliseconds: 1_009), .ramp(from: 12, to: 200, milliseconds: 4_001),
            .ramp(from: 200, to: 30, milliseconds: 7_013),
        ] + (0..<103).flatMap { _ in [.constant(250, milliseconds: 3), .constant(5, milliseconds: 25)] }
            + [.ramp(from: 5, to: 0, milliseconds: 740)])

    package var milliseconds: Int { segments.reduce(0) { $0 + $1.milliseconds } }

    /// The area under it, in joules.
    package var joules: Double {
        segments.reduce(0) { $0 + ($1.first + $1.last) / 2 * Double($1.milliseconds) / 1000 }
    }

    /// The mean power of each millisecond in turn.
    package var watts: [Double] {
        segments.flatMap { segment in
            (0..<segment.milliseconds).map { millisecond in
                let place = (Double(millisecond) + 0.5) / Double(segment.milliseconds)
                return segment.first + (segment.last - segment.first) * place
            }
        }
    }
}
