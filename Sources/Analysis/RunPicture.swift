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

    package init(
        start: Duration = .zero, edges: [Duration] = [], series: [ReducedSeries] = [],
        unavailable: [(series: Series, reason: String)] = []
    ) {
        self.start = start
        self.edges = edges
        self.series = series
        self.unavailable = unavailable
    }

    package var end: Duration { edges.last ?? start }
}
