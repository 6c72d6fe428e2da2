/// Something that is read at each tick and gives one cumulative value per series of its own.
///
/// `read` runs on the sampling thread: it allocates nothing, takes no lock for long and never waits for
/// anything but the kernel's answer. A source may also be read from the launching and supervising threads,
/// at the two ends of a run; implementations guard their state themselves.
package protocol Source: AnyObject, Sendable {
    /// Whose counters these are.
    var backend: SourceBackend { get }

    /// Columns that `read` fills, fixed for the life of the source.
    var columnCount: Int { get }

    /// How often a counter has gone round since the source was made, which loses nothing.
    var wraps: Int { get }

    /// How often a counter was found set back since the source was made.
    var setbacks: Int { get }

    /// Reads all counters and writes their cumulative raw values to `row[offset ..< offset + columnCount]`.
    ///
    /// A column that could not be read becomes ``absentValue``, never 0.
    func read(into row: inout MutableSpan<Int64>, at offset: Int) -> SourceStatus
}

extension Source {
    package var wraps: Int { 0 }

    /// How often a counter was found set back, which loses what it had counted before: a suspend, a reloaded driver.
    package var setbacks: Int { 0 }
}

/// What the sampler is to do with a source after a reading.
package enum SourceStatus: Sendable, Hashable {
    case ok
    /// Some or all columns are absent this time; reading goes on at the next tick.
    case failed
    /// As `failed`, because the kernel was at work on the counters: asked again at once, it may answer.
    case busy
    /// There will never be another value; the source is not read again.
    case ended

    package var isFailure: Bool { self == .failed || self == .busy }

    /// Takes the failure of a part for that of the whole; what may be asked again at once comes first.
    package mutating func join(_ part: SourceStatus) {
        if part.isFailure && self != .busy { self = part }
    }
}

/// Stands in a row for "not read". No counter of the kernel reaches it: they start at 0 and rise.
package let absentValue = Int64.min
