import Runs
import Synchronization

/// Runs as they were decoded lately: lists and pages ask for the same ones again and again, and to decode one takes a
/// millisecond. Memory is bounded: some ten kilobytes each.
final class DecodedRuns: Sendable {
    private static let capacity = 128

    /// By id; good as long as the text is the same.
    private let entries = Mutex<[String: (text: String, run: Run)]>([:])

    /// The run that a text is the record of.
    ///
    /// - Throws: ``StorageError/Code/corrupt``.
    func run(_ text: String, id: String) throws -> Run {
        if let known = entries.withLock({ $0[id] }), known.text == text { return known.run }
        let run = try RunDocument.decode(text, id: id)
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll() }
            entries[id] = (text, run)
        }
        return run
    }

    var count: Int { entries.withLock { $0.count } }
}
