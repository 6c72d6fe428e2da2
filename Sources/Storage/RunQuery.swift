import Measurement
import Runs

/// Which runs to list, newest first.
package struct RunQuery: Sendable, Hashable {
    package var limit: Int
    /// A page ends behind the run with which the stored runs on it come to so many bytes.
    package var maximumBytes = 1 << 20
    /// Only runs older than this one; where the page before ended.
    package var before: RunCursor?
    package var state: RunState?
    package var name: String?
    /// All of these labels, with these values.
    package var labels: [String: String]

    package init(
        limit: Int = 50, before: RunCursor? = nil, state: RunState? = nil, name: String? = nil,
        labels: [String: String] = [:]
    ) {
        self.limit = limit
        self.before = before
        self.state = state
        self.name = name
        self.labels = labels
    }
}

/// Some runs and where the next page begins.
package struct RunPage: Sendable {
    package let runs: [Run]
    /// nil when there are no older ones.
    package let next: RunCursor?
}

/// A place in the list of runs, as text that fits in an address. Still holds when the run it names is deleted.
package struct RunCursor: Sendable, Hashable, CustomStringConvertible {
    let createdAt: WallInstant
    let id: RunID

    package init(_ run: Run) {
        createdAt = run.createdAt
        id = run.id
    }

    /// The times a clock of Linux can show end in 2232, and fit.
    private static let times: Range<Int64> = 0..<9_000_000_000_000_000_000

    /// Reads what ``description`` wrote, and nothing else; nil when it is none.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = RunID(parts[0]), let nanoseconds = Int64(parts[1]),
            Self.times.contains(nanoseconds), String(nanoseconds) == parts[1]
        else { return nil }
        self.id = id
        createdAt = WallInstant(nanosecondsSinceEpoch: nanoseconds)
    }

    package var description: String { "\(id).\(createdAt.nanosecondsSinceEpoch)" }
}
