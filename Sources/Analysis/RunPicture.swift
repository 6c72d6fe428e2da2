import Measurement

/// The measurements of a run over a span of time, reduced to so many points.
package struct RunPicture: Sendable {
    /// Durations since the start of the run.
    package let start: Duration
    /// The end of each point; where the next one begins.
    package let edges: [Duration]
    package let series: [ReducedSeries]
    /// What has no numbers, and why.
    package let unavailable: [(series: Series, reason: String)]
    /// Where stored measurements cannot be read.
    package let damages: [PictureDamage]

    package init(
        start: Duration = .zero, edges: [Duration] = [], series: [ReducedSeries] = [],
        unavailable: [(series: Series, reason: String)] = [], damages: [PictureDamage] = []
    ) {
        self.start = start
        self.edges = edges
        self.series = series
        self.unavailable = unavailable
        self.damages = damages
    }

    package var end: Duration { edges.last ?? start }
}

/// A time of which the measurements are damaged. Counters go on: what they counted then is spread evenly over it.
package struct PictureDamage: Sendable, Hashable {
    /// Durations since the start of the run.
    package let start: Duration
    package let end: Duration
    package let reason: String

    package init(start: Duration, end: Duration, reason: String) {
        self.start = start
        self.end = end
        self.reason = reason
    }
}
