import GRDB
import Glibc
import LinuxSystem
import Measurement
import Runs

/// Retention: finished runs that are too old go, and the oldest when there is too little room.
///
/// In steps of one short transaction each, because the recorder takes them between two commits. A run with many chunks
/// loses some of them in each step, and its row in the last; meanwhile its measurements are incomplete.
extension RunDatabase {
    /// Runs that are deleted in one step, chunks that are, and free pages that are given back: some milliseconds each.
    private static let runsInStep = 64
    private static let chunksInStep = 256
    private static let pagesInStep = 512

    package var needsMaintenance: Bool { !retention.isUnlimited }

    package func maintain(beside: BytesBeside) throws -> StoreMaintenance {
        try maintain(beside: beside, now: .now)
    }

    func maintain(beside: BytesBeside = .none, now: WallInstant) throws -> StoreMaintenance {
        var done = StoreMaintenance()
        guard needsMaintenance else { return done }
        try StorageError.translating("cannot delete old runs", in: directory.path) {
            let victims = try expiredRuns(at: now, beside: beside)
            if victims.isEmpty {
                done.isUnfinished = try giveBackPages()
            } else {
                done.deletedRuns = try pool.write { try Self.delete(victims, $0) }
                done.isUnfinished = true
            }
        }
        return done
    }

    /// What the runs take on disk: the pages in use, and the write-ahead log.
    func usedBytes() throws -> Int64 {
        let used = try pool.unsafeReentrantRead { database in
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT (page_count - freelist_count) * page_size
                    FROM pragma_page_count, pragma_freelist_count, pragma_page_size
                    """)
        }
        return (used ?? 0) + Self.fileSize(directory.databasePath + "-wal")
    }

    private static func fileSize(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Some of the runs that are to go, the oldest first.
    private func expiredRuns(at now: WallInstant, beside: BytesBeside) throws -> [String] {
        if let age = retention.age {
            let limit = MonotonicInstant(nanoseconds: now.nanosecondsSinceEpoch).advanced(by: .zero - age).nanoseconds
            let old = try finishedRuns(endedBefore: limit, limit: Self.runsInStep)
            if !old.isEmpty { return old }
        }
        guard let threshold = retention.threshold, case let excess = try usedBytes() + beside.total - threshold,
            excess > 0
        else {
            return []
        }
        var freed: Int64 = 0
        let victims = try finishedRuns(endedBefore: .max, limit: Self.runsInStep).prefix { id in
            guard freed < excess else { return false }
            freed += try usedBytes(of: id) + (RunID(id).map(beside.ofRun) ?? 0)
            return true
        }
        return Array(victims)
    }

    /// What is free when a step has deleted a run, near enough: a page for its row and its places in the indexes, and its
    /// chunks with their sums.
    private func usedBytes(of id: String) throws -> Int64 {
        let chunks = try pool.read { database in
            try Int64.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT sum(size) FROM (
                            SELECT length(chunks.data) + coalesce(length(stretches.data), 0) AS size
                            FROM chunks LEFT JOIN stretches USING (run_id, ordinal) WHERE run_id = ? LIMIT ?)
                        """),
                arguments: [id, Self.chunksInStep])
        }
        return 4096 + (chunks ?? 0)
    }

    private func finishedRuns(endedBefore: Int64, limit: Int) throws -> [String] {
        try pool.read { database in
            try String.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT id FROM runs WHERE ended_at IS NOT NULL AND ended_at < ? AND state = 'finished'
                        ORDER BY ended_at, rowid LIMIT ?
                        """),
                arguments: [endedBefore, limit])
        }
    }

    /// Deletes chunks up to the limit of a step, and the rows of runs that have none left.
    ///
    /// - Returns: the runs that are gone.
    private static func delete(_ victims: [String], _ database: Database) throws -> [RunID] {
        var room = chunksInStep
        var deleted: [RunID] = []
        for id in victims {
            try database.cachedStatement(
                sql: "DELETE FROM chunks WHERE rowid IN (SELECT rowid FROM chunks WHERE run_id = ? LIMIT ?)"
            ).execute(arguments: [id, room])
            room -= database.changesCount
            guard room > 0 else { break }
            try database.cachedStatement(sql: "DELETE FROM runs WHERE id = ?").execute(arguments: [id])
            if let gone = RunID(id) { deleted.append(gone) }
        }
        return deleted
    }

    /// Makes the file smaller by some of its free pages; does nothing in a database that was made without that.
    ///
    /// - Returns: whether there are more.
    private func giveBackPages() throws -> Bool {
        guard retention.bytes != nil else { return false }
        return try pool.writeWithoutTransaction { database in
            let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            // A few are kept for what comes next.
            guard free > 2 * Self.pagesInStep, try Int.fetchOne(database, sql: "PRAGMA auto_vacuum") == 2 else {
                return false
            }
            // Each row that it gives is a page given back.
            _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum(\(Self.pagesInStep))")
            return true
        }
    }
}
