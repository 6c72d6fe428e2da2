import Analysis
import FoundationEssentials
import GRDB
import Measurement
import Runs

extension RunDatabase {
    /// The run of that name; nil when there is none.
    package func run(_ id: RunID) throws -> Run? {
        try documents(where: "id = ?", [id.description]).first.map(run)
    }

    /// The run that was submitted under that key; nil when there is none.
    package func run(idempotencyKey: String) throws -> Run? {
        try documents(where: "idempotency_key = ?", [idempotencyKey]).first.map(run)
    }

    /// Whether there is a run of that name, be its record sound or not.
    package func contains(_ id: RunID) throws -> Bool {
        try read {
            try Bool.fetchOne(
                $0.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ?)"), arguments: [id.description])
        } ?? false
    }

    /// A page of runs, newest first: in the order of their ids, which is that of submission whatever the clock did.
    package func runs(_ query: RunQuery = RunQuery()) throws -> RunPage {
        let (documents, isLast) = try read { try Self.page(query, in: $0) }
        return page(documents, next: isLast ? nil : documents.lazy.reversed().compactMap { RunID($0.id) }.first)
    }

    /// What is queued or running, in the order of submission.
    package func unfinishedRuns() throws -> RunPage {
        page(try documents(where: "state IN ('queued', 'running') ORDER BY rowid"), next: nil)
    }

    private typealias Document = (id: String, text: String)

    private func run(_ document: Document) throws -> Run { try decoded.run(document.text, id: document.id) }

    /// A damaged record costs its own run, not those beside it.
    private func page(_ documents: [Document], next: RunID?) -> RunPage {
        var page = RunPage(next: next)
        for document in documents {
            do {
                page.runs.append(try run(document))
            } catch {
                page.unreadable.append(UnreadableRun(id: document.id, reason: "\(error)"))
            }
        }
        return page
    }

    private static func page(_ query: RunQuery, in database: Database) throws -> (documents: [Document], isLast: Bool) {
        let (condition, arguments) = query.condition
        let limit = max(1, query.limit)
        let sql = "SELECT id, document FROM runs WHERE \(condition) ORDER BY id DESC LIMIT ?"
        // A statement that is kept is kept for ever, and with labels there is no end of them.
        let statement =
            query.labels.isEmpty ? try database.cachedStatement(sql: sql) : try database.makeStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: arguments + [limit + 1])
        var documents: [Document] = []
        var byteCount = 0
        while let row = try rows.next() {
            if documents.count >= limit || byteCount >= query.maximumBytes { return (documents, false) }
            documents.append(document(row))
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

    /// The next stored frames of a run; nil when there are no more (so far).
    ///
    /// - Parameter ordinal: that of the chunk before; nil for the first.
    package func chunk(of id: RunID, after ordinal: Int? = nil) throws -> StoredChunk? {
        try chunk(of: id, where: "ordinal > ? ORDER BY ordinal LIMIT 1", ordinal ?? .min)
    }

    /// The stored frames of a run at one place; nil when there are none.
    func chunk(of id: RunID, at ordinal: Int) throws -> StoredChunk? {
        try chunk(of: id, where: "ordinal = ?", ordinal)
    }

    /// The frames that lie where the list of them says; nil when they have gone since.
    package func chunk(of id: RunID, at span: ChunkSpan) throws -> StoredChunk? {
        guard let chunk = try chunk(of: id, at: span.ordinal) else { return nil }
        guard span.holds(chunk.block) else {
            throw StorageError(
                .corrupt, "chunk \(span.ordinal) of the measurements of run \(id) has other times than its list says.",
                chunk: span.ordinal)
        }
        return chunk
    }

    private func chunk(of id: RunID, where condition: String, _ ordinal: Int) throws -> StoredChunk? {
        let sql = "SELECT ordinal, data FROM chunks WHERE run_id = ? AND \(condition)"
        let row = try read { database -> (ordinal: Int, data: Data)? in
            let row = try Row.fetchOne(
                database.cachedStatement(sql: sql), arguments: [id.description, ordinal])
            return try row.map { (try $0.decode(atIndex: 0), try $0.decode(atIndex: 1)) }
        }
        return try row.map { try StoredChunk(ordinal: $0.ordinal, data: $0.data, of: id) }
    }

    /// Where the stored frames of a run lie, without reading them: one behind the other.
    ///
    /// - Throws: ``StorageError/Code/corrupt`` also for what lies elsewhere.
    package func chunkSpans(of id: RunID) throws -> [ChunkSpan] {
        let spans = try read { database in
            try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT ordinal, first_ns, last_ns, frames, stretches.ordinal IS NOT NULL
                        FROM chunks LEFT JOIN stretches USING (run_id, ordinal) WHERE run_id = ? ORDER BY ordinal
                        """),
                arguments: [id.description]
            ).map { row in
                ChunkSpan(
                    ordinal: try row.decode(atIndex: 0),
                    first: MonotonicInstant(nanoseconds: try row.decode(atIndex: 1)),
                    last: MonotonicInstant(nanoseconds: try row.decode(atIndex: 2)),
                    frames: try row.decode(atIndex: 3), endsSum: try row.decode(atIndex: 4))
            }
        }
        guard spans.areSound else {
            throw StorageError(.corrupt, "the list of the stored measurements of run \(id) is damaged.")
        }
        return spans
    }

    /// What the series did up to these chunks, each since the one before; a damaged one is left out.
    package func stretches(of id: RunID, ordinals: ClosedRange<Int>) throws -> [Int: [SeriesStretch?]] {
        let rows = try read { database in
            try Row.fetchAll(
                database.cachedStatement(
                    sql: "SELECT ordinal, data FROM stretches WHERE run_id = ? AND ordinal BETWEEN ? AND ?"),
                arguments: [id.description, ordinals.lowerBound, ordinals.upperBound]
            ).map { (ordinal: try $0.decode(Int.self, atIndex: 0), data: try $0.decode(Data.self, atIndex: 1)) }
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

    private func documents(where condition: String, _ arguments: StatementArguments = []) throws -> [Document] {
        try read { database in
            try Row.fetchAll(
                database.cachedStatement(sql: "SELECT id, document FROM runs WHERE \(condition)"), arguments: arguments
            ).map(Self.document)
        }
    }

    /// What is no text is no record, and costs its own run as well.
    private static func document(_ row: Row) -> Document {
        let text = { (column: String) in (try? row.decode(String.self, forColumn: column)) ?? "" }
        return (id: text("id"), text: text("document"))
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try StorageError.translating("cannot read runs", in: directory.path) { try pool.read(body) }
    }
}

extension RunQuery {
    /// The name and, on a line of its own, the command. What is no JSON is an error to SQLite, not a run without it.
    private static let searchedText = """
        coalesce(name, '') || char(10) || CASE WHEN json_valid(document) THEN coalesce(
            json_extract(document, '$.specification.command.shell._0'),
            (SELECT group_concat(value, ' ') FROM json_each(document, '$.specification.command.arguments._0'))) ELSE '' END
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
                """
                CASE WHEN json_valid(document) THEN
                    EXISTS (SELECT 1 FROM json_each(document, '$.specification.labels') WHERE key = ? AND value = ?) END
                """, [key, value])
        }
        return (terms.joined(separator: " AND "), arguments)
    }
}
