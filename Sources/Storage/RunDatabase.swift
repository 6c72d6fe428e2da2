import FoundationEssentials
import GRDB
import Glibc
import Measurement
import Runs

/// The catalogue of runs and their measurements, in SQLite.
///
/// One writer (the recorder's thread) and readers on any thread; readers see a consistent state and never wait for
/// the writer, nor it for them. What ``commit(_:)`` returned from survives a crash and a power cut.
package final class RunDatabase: RunStore {
    let directory: DataDirectory
    let pool: DatabasePool
    let retention: RetentionPolicy
    let decoded = DecodedRuns()

    /// Opens the database in a directory, or makes both.
    ///
    /// - Parameter retention: how long finished runs are kept, and how much room they may take.
    /// - Throws: ``StorageError``; ``StorageError/Code/locked`` when another server holds the directory.
    package init(directory path: String, retention: RetentionPolicy = RetentionPolicy()) throws {
        let directory = try DataDirectory(path: path)
        let databasePath = directory.databasePath
        let pool = try StorageError.translating("cannot open the database", in: path) {
            try Self.look(at: databasePath)
            let pool = try DatabasePool(path: databasePath, configuration: Self.configuration)
            try Self.migrator.migrate(pool)
            // GRDB has set NORMAL, under which a power cut may take back what was committed.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return pool
        }
        self.directory = directory
        self.pool = pool
        self.retention = retention
    }

    /// Reads a little of what is there, because a pool writes when it is opened (GRDB's issue 102): what is damaged is left
    /// as it is.
    private static func look(at path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        _ = try queue.read { try migrator.appliedIdentifiers($0) }
        try queue.close()
    }

    package func commit(_ operations: [StoreOperation]) throws {
        let statements = try operations.map(Prepared.init)
        try StorageError.translating("cannot store runs", in: directory.path) {
            try pool.write { database in
                for statement in statements { try statement.execute(database) }
            }
        }
    }

    /// Writes a number that nobody reads, which SQLite stores also where it stays the same, and goes the way of what is
    /// written for a run: there may be room and damage.
    package func probe() throws {
        try StorageError.translating("cannot store runs", in: directory.path) {
            try pool.write {
                try $0.execute(sql: "PRAGMA user_version = 0")
                try $0.execute(sql: "UPDATE runs SET state = state WHERE rowid = (SELECT max(rowid) FROM runs)")
            }
        }
    }

    /// Writes everything into the main file, as far as there is room (the rest stays in the file `-wal` beside it, and
    /// is found there), and closes both. Nothing may be called afterwards.
    package func close() throws {
        try StorageError.translating("cannot close the database", in: directory.path) {
            try? pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            try pool.close()
        }
    }
}

/// An operation with its compression and JSON already done, so that the transaction is short.
private enum Prepared {
    case save(Run, document: String)
    case append(RunID, [EncodedChunk], stretches: Data?)
    case delete(RunID)

    init(_ operation: StoreOperation) throws {
        switch operation {
        case .save(let run): self = .save(run, document: try RunDocument.encode(run))
        case .delete(let id): self = .delete(id)
        case .append(let block, let id, let stretches):
            let sums = try stretches.map { Data(try ChunkCodec.encode($0)) }
            self = .append(id, try EncodedChunk.split(block), stretches: sums)
        }
    }

    func execute(_ database: Database) throws {
        switch self {
        case .save(let run, let document): try save(run, document, database)
        case .delete(let id):
            // Its chunks go with it.
            try database.cachedStatement(sql: "DELETE FROM runs WHERE id = ?").execute(arguments: [id.description])
        case .append(let id, let chunks, let stretches):
            for chunk in chunks { try chunk.append(to: id, database) }
            if let stretches, !chunks.isEmpty { try append(stretches, to: id, database) }
        }
    }

    /// Lays sums beside the last chunk of those that they are of.
    private func append(_ stretches: Data, to id: RunID, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO stretches (run_id, ordinal, data)
                SELECT run_id, max(ordinal), :data FROM chunks WHERE run_id = :run
                """)
        try statement.execute(arguments: ["run": id.description, "data": stretches])
    }

    private func save(_ run: Run, _ document: String, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO runs (id, state, name, created_at, idempotency_key, document, ended_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, document = excluded.document,
                    ended_at = coalesce(ended_at, excluded.ended_at)
                """)
        try statement.execute(arguments: [
            run.id.description, run.state.rawValue, run.specification.name, run.createdAt.nanosecondsSinceEpoch,
            run.idempotencyKey, document, run.state == .finished ? WallInstant.now.nanosecondsSinceEpoch : nil,
        ])
    }
}

/// Some frames as they go into a row of `chunks`.
private struct EncodedChunk {
    let first: Int64
    let last: Int64
    let frames: Int
    let data: Data

    /// Cuts a block into as many chunks as it needs; none when it is empty.
    static func split(_ block: FrameBlock) throws -> [EncodedChunk] {
        let most = ChunkCodec.maximumFrames(columnCount: block.columnCount)
        guard most > 0 else { throw StorageError(.invalid, "frames of \(block.columnCount) columns are too wide") }
        return try stride(from: 0, to: block.count, by: most).map { start in
            try EncodedChunk(block, start..<min(start + most, block.count))
        }
    }

    private init(_ block: FrameBlock, _ range: Range<Int>) throws {
        first = block.instant(at: range.lowerBound).nanoseconds
        last = block.instant(at: range.upperBound - 1).nanoseconds
        frames = range.count
        data = Data(try ChunkCodec.encode(block, range: range))
    }

    func append(to id: RunID, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO chunks (run_id, ordinal, first_ns, last_ns, frames, data)
                SELECT :run, coalesce(max(ordinal), -1) + 1, :first, :last, :frames, :data
                FROM chunks WHERE run_id = :run
                """)
        try statement.execute(arguments: [
            "run": id.description, "first": first, "last": last, "frames": frames, "data": data,
        ])
    }
}
