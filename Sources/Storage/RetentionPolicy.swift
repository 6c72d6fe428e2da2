/// How long finished runs are kept, and how much room all runs may take; what is queued or running is never deleted.
package struct RetentionPolicy: Sendable, Hashable {
    /// Since the run ended; nil for ever.
    package var age: Duration?
    /// Of the database with its write-ahead log and the output of all runs; nil for as much as the disk has.
    package var bytes: Int64?

    package init(age: Duration? = nil, bytes: Int64? = nil) {
        self.age = age
        self.bytes = bytes
    }

    /// Less would be taken by the write-ahead log alone.
    package static let minimumBytes: Int64 = 32_000_000

    var isUnlimited: Bool { age == nil && bytes == nil }

    /// Above this runs are deleted: early enough that what comes meanwhile stays below the bound.
    var threshold: Int64? { bytes.map { $0 - $0 / 16 } }
}
