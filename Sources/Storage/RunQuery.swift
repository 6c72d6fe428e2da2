import Measurement
import Runs

/// Which runs to list, newest first.
package struct RunQuery: Sendable, Hashable {
    package var limit: Int
    /// A page ends behind the run with which the stored runs on it come to so many bytes.
    package var maximumBytes = 1 << 20
    /// Only runs submitted before this one, which need not exist any more; where the page before ended.
    package var before: RunID?
    package var state: RunState?
    package var name: String?
    /// In the name or the command; ASCII letters of either case.
    package var search: String?
    /// All of these labels, with these values.
    package var labels: [String: String]

    /// Whether runs are read that are not on the page: by what has no index.
    package var readsAll: Bool { search != nil || !labels.isEmpty }

    package init(
        limit: Int = 50, before: RunID? = nil, state: RunState? = nil, name: String? = nil,
        search: String? = nil, labels: [String: String] = [:]
    ) {
        self.limit = limit
        self.before = before
        self.state = state
        self.name = name
        self.search = search
        self.labels = labels
    }
}

/// Some runs and where the next page begins.
package struct RunPage: Sendable {
    package internal(set) var runs: [Run] = []
    /// Those between them whose records are damaged, or of another version.
    package internal(set) var unreadable: [UnreadableRun] = []
    /// The last on this page; nil when there are no older ones.
    package let next: RunID?
}

/// A run whose record cannot be understood: it stays as it is until somebody mends or deletes it.
package struct UnreadableRun: Sendable, Hashable {
    package let id: String
    /// Names the run, and what would help.
    package let reason: String
}
