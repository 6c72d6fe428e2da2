/// Why runs or measurements could not be stored or read back.
package struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: Code
    /// What we were doing, on which object, what the answer was and what to do about it; fit for a client.
    package let message: String
    /// Which of a run's chunks is damaged; nil when it is the database, or nothing.
    package let chunk: Int?

    package init(_ code: Code, _ message: String, chunk: Int? = nil) {
        self.code = code
        self.message = message
        self.chunk = chunk
    }

    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// No space is left; works again once there is some.
        case diskFull = "disk_full"
        /// Another server uses the data directory, or another program holds a lock on the database.
        case locked
        /// What was read is not what was written.
        case corrupt
        /// The file system or the database file cannot be written.
        case readOnly = "read_only"
        /// The operating system forbids it.
        case notPermitted = "not_permitted"
        /// The request makes no sense to the database, such as frames of a run that it does not know.
        case invalid
        /// The device or the operating system failed.
        case inputOutput = "input_output"
    }

    package var description: String { message }
}
