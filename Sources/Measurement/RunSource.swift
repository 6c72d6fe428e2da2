/// A kind of counters that belong to one run, such as the perf events of its processes.
package protocol RunBackend: Sendable {
    /// Decides what a run will count, before it is accepted.
    ///
    /// - Parameter events: the names asked for, or nil for the default set.
    /// - Throws: ``EventSelectionError`` that lists every name that cannot be counted here, with its reason.
    func plan(events: [String]?) throws(EventSelectionError) -> any RunSourcePlan
}

/// What a run will count: decided when it is accepted, opened when it is launched.
package protocol RunSourcePlan: Sendable {
    /// What the default set lacks on this machine, in sentences; kept with the run.
    var warnings: [String] { get }

    /// Opens the counters on the calling thread, so that the next process which this thread launches is counted
    /// from its `execve` on, with all its threads and descendants.
    ///
    /// - Throws: an error whose description is fit for the run's outcome.
    func open() throws -> any RunSource
}

/// The open counters of one run.
package protocol RunSource: Source {
    /// What the columns mean, once it is known whose they are.
    func layout(consumer: Consumer) -> SourceLayout
}

/// The events that a client asked for by name and cannot have.
package struct EventSelectionError: Error, Sendable, Hashable {
    package var faults: [Fault]

    package struct Fault: Sendable, Hashable {
        /// Place in the list that was asked for.
        package let index: Int
        package let name: String
        /// What is wrong and what would help, as a sentence.
        package let message: String

        package init(index: Int, name: String, message: String) {
            self.index = index
            self.name = name
            self.message = message
        }
    }

    package init(faults: [Fault]) {
        self.faults = faults
    }
}
