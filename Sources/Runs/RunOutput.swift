/// What became of a command's output.
package struct RunOutput: Sendable, Codable, Hashable {
    package var stdout = StreamSummary()
    package var stderr = StreamSummary()

    package init() {}

    /// One of its streams.
    package struct StreamSummary: Sendable, Codable, Hashable {
        /// How much the command wrote, as far as it was read: what a process that escaped writes later is not in it.
        /// Nil when nobody knows, because the server died meanwhile.
        package var bytes: UInt64? = 0
        /// How much of that is kept: always the first bytes, without gaps.
        package var keptBytes: UInt64 = 0

        package init() {}

        /// Whether something is missing; nil when nobody knows.
        package var isTruncated: Bool? { bytes.map { keptBytes < $0 } }
    }
}
