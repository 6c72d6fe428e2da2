import GRDB
import SystemPackage

extension StorageError {
    /// Carries out `body` and turns what SQLite and the system say into words.
    ///
    /// - Parameters:
    ///   - action: what was being done, as in "cannot store runs".
    ///   - directory: the data directory, for the remedy.
    static func translating<Result>(
        _ action: String, in directory: String, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StorageError(error, action: action, directory: directory)
        } catch let error as StorageError {
            throw error
        } catch is RowDecodingError {
            // Its description has all that is in the row.
            throw StorageError(.corrupt, "\(action) in \(directory): a row is not what it should be")
        } catch {
            throw StorageError(.inputOutput, "\(action) in \(directory): \(error)")
        }
    }

    init(_ error: DatabaseError, action: String, directory: String) {
        let (code, remedy) = Self.meaning(of: error.resultCode, directory: directory)
        let answer = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        self.init(code, "\(action) in \(directory): \(answer). \(remedy)")
    }

    private static func meaning(of result: ResultCode, directory: String) -> (Code, remedy: String) {
        switch result {
        case .SQLITE_FULL: (.diskFull, "Free some space on that file system or delete old runs.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            (.locked, "Another program holds the database: let it finish or end it, then try again.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            (
                .corrupt,
                "\(directory)/runs.sqlite is damaged, and is left as it is: stop the server, keep a copy, and restore it "
                    + "from a backup, or see what `sqlite3 runs.sqlite .recover` can save, or move it away with its -wal "
                    + "and -shm to begin with an empty one."
            )
        case .SQLITE_READONLY: (.readOnly, "Make the directory and its files writable for the server's user.")
        case .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
            (.notPermitted, "Give the server's user access to the directory and its files.")
        case .SQLITE_IOERR: (.inputOutput, "Look at the kernel's log: the disk may be failing or its quota used up.")
        default: (.invalid, "This is a fault of the server: please report it.")
        }
    }

    init(_ errno: Errno, action: String, path: String) {
        let (code, remedy): (Code, String) =
            switch errno {
            case .noSpace, .diskQuotaExceeded: (.diskFull, "Free some space on that file system.")
            case .readOnlyFileSystem: (.readOnly, "Choose another directory with --data-dir.")
            case .permissionDenied, .notPermitted:
                (.notPermitted, "Give the server's user access or choose another directory with --data-dir.")
            default: (.inputOutput, "Choose another directory with --data-dir.")
            }
        self.init(code, "\(action) \(path): \(errno). \(remedy)")
    }
}
