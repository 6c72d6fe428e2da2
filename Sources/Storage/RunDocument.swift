import FoundationEssentials
import Runs

/// A run as it lies in the database: JSON with its keys sorted, so that equal runs are equal bytes.
enum RunDocument {
    static func encode(_ run: Run) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(run), as: UTF8.self)
    }

    /// - Parameter id: that of the run.
    /// - Throws: ``StorageError/Code/corrupt`` for anything that is not the sound record of that run.
    static func decode(_ text: String, id: String) throws -> Run {
        let run: Run
        do {
            run = try JSONDecoder().decode(Run.self, from: Data(text.utf8))
        } catch {
            throw corrupt(id, (error as? DecodingError)?.sentence ?? "\(error)")
        }
        guard run.id.description == id else { throw corrupt(id, "it is that of run \(run.id)") }
        if let fault = RecordCheck(run).fault { throw corrupt(id, "\(fault) cannot be") }
        return run
    }

    private static func corrupt(_ id: String, _ reason: String) -> StorageError {
        StorageError(
            .corrupt,
            "the record of run \(id) cannot be understood: \(reason). Restore the data directory from a backup, use the "
                + "version of ergometer that wrote it, or delete the run.")
    }
}

extension DecodingError {
    /// What is wrong, and about where: names of variables lie deeper, and viewers do not see these.
    fileprivate var sentence: String? {
        let context: Context
        switch self {
        case .typeMismatch(_, let place), .valueNotFound(_, let place), .keyNotFound(_, let place),
            .dataCorrupted(let place):
            context = place
        @unknown default: return nil
        }
        let path = context.codingPath.prefix(2).map(\.stringValue).joined(separator: ".")
        return "\(path.isEmpty ? "it" : path): \(context.debugDescription)"
    }
}
