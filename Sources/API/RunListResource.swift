import Runs
import Storage

/// A page of runs as clients see it.
struct RunListResource: Encodable {
    let runs: [RunResource]
    /// Those whose records are damaged; missing where there are none.
    let unreadable: [Unreadable]?

    struct Unreadable: Encodable {
        let id: String
        let detail: String
    }

    init(_ runs: [Run], unreadable: [UnreadableRun]) {
        self.runs = runs.map { RunResource($0, showsEnvironment: false) }
        self.unreadable =
            unreadable.isEmpty ? nil : unreadable.map { Unreadable(id: $0.id, detail: $0.reason) }
    }
}
