import Runs
import Synchronization

/// Runs as they were decoded lately: lists and pages ask for the same ones again and again, and to decode one takes a
/// millisecond. Memory is bounded: long texts are not kept.
final class DecodedRuns: Sendable {
    /// More than the longest list has.
    private static let capacity = 256
    private static let longestText = 64 << 10

    /// By id; good as long as the text is the same.
    private let entries = Mutex<[String: (text: String, run: Run)]>([:])

    /// The run that a text is the record of.
    ///
    /// - Throws: ``StorageError/Code/corrupt``.
    func run(_ text: String, id: String) throws -> Run {
        if let known = entries.withLock({ $0[id] }), known.text == text { return known.run }
        let run = try RunDocument.decode(text, id: id)
        guard text.utf8.count <= Self.longestText else {
            entries.withLock { _ = $0.removeValue(forKey: id) }
            return run
        }
        entries.withLock { entries in
            if entries.count >= Self.capacity, entries[id] == nil { entries.removeAll() }
            entries[id] = (text, run)
        }
        return run
    }

    var count: Int { entries.withLock { $0.count } }
}
