import FoundationEssentials
import Runs

/// A run as it lies in the database: JSON with its keys sorted, so that equal runs are equal bytes.
enum RunDocument {
    static func encode(_ run: Run) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(run), as: UTF8.self)
    }

    /// - Parameter id: names the run in the error.
    static func decode(_ text: String, id: String) throws -> Run {
        do {
            return try JSONDecoder().decode(Run.self, from: Data(text.utf8))
        } catch {
            throw StorageError(
                .corrupt,
                "the record of run \(id) cannot be understood: \(error). Restore the data directory from a backup, or "
                    + "use the version of ergometer that wrote it.")
        }
    }
}
