import Analysis
import FoundationEssentials
import GRDB
import Measurement
import Runs

extension RunDatabase {
    /// The run of that name; nil when there is none.
    package func run(_ id: RunID) throws -> Run? {
        try runs(where: "id = ?", [id.description]).first
    }

    /// The run that was submitted under that key; nil when there is none.
    package func run(idempotencyKey: String) throws -> Run? {
        try runs(where: "idempotency_key = ?", [idempotencyKey]).first
    }

    /// A page of runs, newest first: in the order of their ids, which is that of submission whatever the clock did.
    package func runs(_ query: RunQuery = RunQuery()) throws -> RunPage {
        let (documents, isLast) = try read { try Self.page(query, in: $0) }
        let runs = try documents.map { try decoded.run($0.text, id: $0.id) }
        return RunPage(runs: runs, next: isLast ? nil : runs.last?.id)
    }

    private static func page(
        _ query: RunQuery, in database: Database
    ) throws -> (documents: [(id: String, text: String)], isLast: Bool) {
        let (condition, arguments) = query.condition
        let limit = max(1, query.limit)
        let sql = "SELECT id, document FROM runs WHERE \(condition) ORDER BY id DESC LIMIT ?"
        // A statement that is kept is kept for ever, and with labels there is no end of them.
        let statement =
            query.labels.isEmpty ? try database.cachedStatement(sql: sql) : try database.makeStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: arguments + [limit + 1])
        var documents: [(id: String, text: String)] = []
        var byteCount = 0
        while let row = try rows.next() {
            if documents.count >= limit || byteCount >= query.maximumBytes { return (documents, false) }
            documents.append((row["id"], row["document"]))
            byteCount += documents.last!.text.utf8.count
        }
        return (documents, true)
    }

    /// The latest of all ids; nil when there are no runs.
    package func lastID() throws -> RunID? {
        try read { try String.fetchOne($0, sql: "SELECT max(id) FROM runs") }.flatMap { RunID($0) }
    }

    /// Those of the ids that no run has.
    package func unknown(among ids: Set<RunID>) throws -> Set<RunID> {
        var unknown = ids
        try read { database in
            let known = try String.fetchCursor(database, sql: "SELECT id FROM runs")
            while !unknown.isEmpty, let id = try known.next() { if let id = RunID(id) { unknown.remove(id) } }
        }
        return unknown
    }

    /// What is queued or running, in the order of submission.
    package func unfinishedRuns() throws -> [Run] {
        try runs(where: "state IN ('queued', 'running') ORDER BY rowid")
    }

    /// The next stored frames of a run; nil when there are no more (so far).
    ///
    /// - Parameter ordinal: that of the chunk before; nil for the first.
    package func chunk(of id: RunID, after ordinal: Int? = nil) throws -> StoredChunk? {
        let row = try read { database in
            try Row.fetchOne(
                database.cachedStatement(
                    sql: "SELECT ordinal, data FROM chunks WHERE run_id = ? AND ordinal > ? ORDER BY ordinal LIMIT 1"),
                arguments: [id.description, ordinal ?? -1])
        }
        return try row.map { try StoredChunk(ordinal: $0["ordinal"], data: $0["data"], of: id) }
    }

    /// Where the stored frames of a run lie, without reading them.
    package func chunkSpans(of id: RunID) throws -> [ChunkSpan] {
        try read { database in
            try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT ordinal, first_ns, last_ns, frames, stretches.ordinal IS NOT NULL
                        FROM chunks LEFT JOIN stretches USING (run_id, ordinal) WHERE run_id = ? ORDER BY ordinal
                        """),
                arguments: [id.description]
            ).map { row in
                ChunkSpan(
                    ordinal: row[0], first: MonotonicInstant(nanoseconds: row[1]),
                    last: MonotonicInstant(nanoseconds: row[2]), frames: row[3], endsSum: row[4])
            }
        }
    }

    /// What the series did up to these chunks, each since the one before; a damaged one is left out.
    package func stretches(of id: RunID, ordinals: ClosedRange<Int>) throws -> [Int: [SeriesStretch?]] {
        let rows = try read { database in
            try Row.fetchAll(
                database.cachedStatement(
                    sql: "SELECT ordinal, data FROM stretches WHERE run_id = ? AND ordinal BETWEEN ? AND ?"),
                arguments: [id.description, ordinals.lowerBound, ordinals.upperBound]
            ).map { (ordinal: $0[0] as Int, data: $0[1] as Data) }
        }
        return rows.reduce(into: [:]) { $0[$1.ordinal] = try? ChunkCodec.decodeStretches([UInt8]($1.data)) }
    }

    /// The places of a run's chunks, damaged ones included.
    func chunkOrdinals(of id: RunID) throws -> [Int] {
        try read { database in
            try Int.fetchAll(
                database.cachedStatement(sql: "SELECT ordinal FROM chunks WHERE run_id = ? ORDER BY ordinal"),
                arguments: [id.description])
        }
    }

    private func runs(where condition: String, _ arguments: StatementArguments = []) throws -> [Run] {
        let rows = try read { database in
            try Row.fetchAll(
                database.cachedStatement(sql: "SELECT id, document FROM runs WHERE \(condition)"), arguments: arguments)
        }
        return try rows.map { try decoded.run($0["document"], id: $0["id"]) }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try StorageError.translating("cannot read runs", in: directory.path) { try pool.read(body) }
    }
}

extension RunQuery {
    /// The name and, on a line of its own, the command.
    private static let searchedText = """
        coalesce(name, '') || char(10) || coalesce(
            json_extract(document, '$.specification.command.shell._0'),
            (SELECT group_concat(value, ' ') FROM json_each(document, '$.specification.command.arguments._0')))
        """

    fileprivate var condition: (sql: String, arguments: StatementArguments) {
        var terms = ["true"]
        var arguments = StatementArguments()
        func require(_ term: String, _ values: StatementArguments) {
            terms.append(term)
            arguments += values
        }
        if let state { require("state = ?", [state.rawValue]) }
        if let name { require("name = ?", [name]) }
        if let search { require("instr(lower(\(Self.searchedText)), lower(?)) > 0", [search]) }
        if let before { require("id < ?", [before.description]) }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            require(
                "EXISTS (SELECT 1 FROM json_each(document, '$.specification.labels') WHERE key = ? AND value = ?)",
                [key, value])
        }
        return (terms.joined(separator: " AND "), arguments)
    }
}
