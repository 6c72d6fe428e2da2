import Foundation
import GRDB
import Measurement
import Runs
import Testing

@testable import Storage

@Suite struct RetentionTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func database(_ retention: RetentionPolicy) throws -> RunDatabase {
        try RunDatabase(directory: directory.path, retention: retention)
    }

    private func finishedRun(_ milliseconds: Int64) -> Run {
        var run = runningRun(milliseconds)
        run.state = .finished
        run.outcome = .exited(code: 0)
        return run
    }

    /// Takes steps until nothing is left to do; the number of deleted runs.
    private func maintain(_ database: RunDatabase, now: WallInstant = .now) throws -> Int {
        var deleted = 0
        while true {
            let done = try database.maintain(now: now)
            deleted += done.deletedRuns.count
            if !done.isUnfinished { return deleted }
        }
    }

    private func later(_ seconds: Int64) -> WallInstant {
        WallInstant(nanosecondsSinceEpoch: WallInstant.now.nanosecondsSinceEpoch + seconds * 1_000_000_000)
    }

    @Test("Runs that ended too long ago go with their measurements, and those that are not over stay")
    func age() throws {
        let database = try database(RetentionPolicy(age: .seconds(3600)))
        let (old, queued, running) = (finishedRun(0), sampleRun(1), runningRun(2))
        try database.commit([.save(old), .save(queued), .save(running), .append(sampleBlock(0..<3), to: old.id)])
        #expect(try maintain(database) == 0, "it was submitted long ago, but has just ended")
        #expect(try maintain(database, now: later(3601)) == 1)
        #expect(try database.run(old.id) == nil && database.chunkOrdinals(of: old.id).isEmpty)
        #expect(try database.run(queued.id) != nil && database.run(running.id) != nil)
    }

    @Test("The database stays below its bound while runs pour in, and the oldest go first")
    func size() throws {
        let bound: Int64 = 40_000_000
        let database = try database(RetentionPolicy(bytes: bound))
        var ids: [RunID] = []
        for index in 0..<120 {
            let run = finishedRun(Int64(index))
            ids.append(run.id)
            // Half a megabyte that cannot be compressed.
            try database.commit([.save(run), .append(randomBlock(rows: 22_000, columns: 2), to: run.id)])
            _ = try maintain(database)
            let size = ["", "-wal"].map { Self.size(of: "\(directory.path)/runs.sqlite\($0)") }.reduce(0, +)
            #expect(size <= bound, "after run \(index)")
        }
        let kept = try ids.filter { try database.run($0) != nil }
        #expect(kept == Array(ids.suffix(kept.count)))
        #expect(kept.count > 20 && kept.count < 120)
    }

    @Test("No more runs go than are needed, whatever takes the room")
    func output() throws {
        let bound: Int64 = 40_000_000
        let database = try database(RetentionPolicy(bytes: bound))
        let runs = (0..<60).map { finishedRun(Int64($0)) }
        try database.commit(runs.map { .save($0) })
        // Each has said a megabyte: of 60 some 24 must go, and one or two more for what stays free.
        var kept = Set(runs.map(\.id))
        var isUnfinished = true
        while isUnfinished {
            let beside = BytesBeside(total: Int64(kept.count) * 1_000_000) { kept.contains($0) ? 1_000_000 : 0 }
            let done = try database.maintain(beside: beside)
            kept.subtract(done.deletedRuns)
            isUnfinished = done.isUnfinished
        }
        #expect((36...38).contains(kept.count))
        #expect(kept == Set(runs.suffix(kept.count).map(\.id)))
    }

    private static func size(of path: String) -> Int64 {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int64) ?? 0
    }

    @Test("A run with more chunks than fit in one step goes in several, its row last")
    func largeRun() throws {
        let database = try database(RetentionPolicy(age: .seconds(1)))
        let run = finishedRun(0)
        try database.commit([.save(run)] + (0..<300).map { .append(sampleBlock($0..<$0 + 1), to: run.id) })
        let first = try database.maintain(now: later(10))
        #expect(first.deletedRuns.isEmpty && first.isUnfinished)
        #expect(try database.run(run.id) != nil && database.chunkOrdinals(of: run.id).count == 44)
        #expect(try maintain(database, now: later(10)) == 1)
        #expect(try database.run(run.id) == nil && database.chunkOrdinals(of: run.id).isEmpty)
    }

    @Test("Free pages are given back to the file system")
    func shrinks() throws {
        let database = try database(RetentionPolicy(age: .seconds(1), bytes: 1_000_000_000))
        let run = finishedRun(0)
        let blocks = (0..<20).map { _ in randomBlock(rows: 22_000, columns: 2) }
        try database.commit([.save(run)] + blocks.map { .append($0, to: run.id) })
        #expect(try maintain(database, now: later(10)) == 1)
        let pages = try database.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") }
        #expect(try #require(pages) * 4096 < 6_000_000)
    }

    @Test("Without bounds nothing is ever deleted, and nothing is wanted")
    func unlimited() throws {
        let database = try database(RetentionPolicy())
        try database.commit([.save(finishedRun(0))])
        #expect(!database.needsMaintenance)
        #expect(try maintain(database, now: later(1_000_000_000)) == 0)
    }

    @Test("A database of an older version knows when its runs ended, near enough")
    func migrated() throws {
        let path = "\(directory.path)/runs.sqlite"
        let run = finishedRun(0)
        do {
            let queue = try DatabaseQueue(path: path)
            try RunDatabase.migrator.migrate(queue, upTo: "2: idempotency keys")
            let document = try RunDocument.encode(run)
            try queue.write {
                try $0.execute(
                    sql: "INSERT INTO runs (id, state, created_at, document) VALUES (?, 'finished', ?, ?)",
                    arguments: [run.id.description, run.createdAt.nanosecondsSinceEpoch, document])
            }
        }
        let database = try database(RetentionPolicy(age: .seconds(3600)))
        #expect(try maintain(database) == 1)
    }
}
