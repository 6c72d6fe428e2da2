import LinuxSystem
import Measurement

/// A wall clock that did not go on evenly while a command ran.
enum ClockStep {
    /// What is smaller may be the clock being slewed (adjtimex(2): half a millisecond a second).
    private static let threshold = Duration.seconds(1)

    /// What a reader of the run's times must know; nothing when the clock went on as it should.
    static func warnings(since start: ClockAnchor, now: ClockAnchor = .now) -> [String] {
        let expected = start.wallTime(at: now.monotonic)
        let step = Duration.nanoseconds(now.wall.nanosecondsSinceEpoch - expected.nanosecondsSinceEpoch)
        guard step.magnitude > threshold + (now.monotonic - start.monotonic) / 1000 else { return [] }
        let size = Duration.milliseconds((step.magnitude.inSeconds * 10).rounded() * 100)
        let direction = step > .zero ? "forward" : "back"
        return [
            "the machine's clock went \(direction) by \(DurationText.format(size)) while the command ran, or the "
                + "machine slept: the times of this run are those of the clock as it stood when it started, and its "
                + "duration leaves sleep out"
        ]
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
