import Measurement
import Runs
import Testing

@testable import Storage

@Suite struct RunQueryTests {
    private let directory: TemporaryDirectory
    private let database: RunDatabase

    init() throws {
        directory = try TemporaryDirectory()
        database = try RunDatabase(directory: directory.path)
    }

    @Test("Runs are listed page by page, newest first, each once")
    func pages() throws {
        let runs = (0..<7).map { sampleRun($0) }
        try database.commit(runs.shuffled().map { .save($0) })
        var seen: [RunID] = []
        var query = RunQuery(limit: 3)
        repeat {
            let page = try database.runs(query)
            seen += page.runs.map(\.id)
            query.before = page.next
        } while query.before != nil
        #expect(seen == runs.reversed().map(\.id))
    }

    @Test("Runs of the same nanosecond are listed each once")
    func ties() throws {
        let runs = (0..<5).map { _ in sampleRun() }
        try database.commit(runs.map { .save($0) })
        let first = try database.runs(RunQuery(limit: 2))
        let rest = try database.runs(RunQuery(limit: 9, before: first.next))
        #expect(Set((first.runs + rest.runs).map(\.id)) == Set(runs.map(\.id)))
        #expect(rest.runs.count == 3)
        #expect(rest.next == nil)
    }

    @Test("A page goes on where it ended though the run it ended with is gone")
    func deleted() throws {
        let runs = (0..<3).map { sampleRun($0) }
        try database.commit(runs.map { .save($0) })
        let page = try database.runs(RunQuery(limit: 2))
        try database.pool.write {
            try $0.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [runs[1].id.description])
        }
        #expect(try database.runs(RunQuery(before: page.next)).runs.map(\.id) == [runs[0].id])
    }

    @Test("A page ends where the runs on it are many bytes, and the next one goes on there")
    func heavyPages() throws {
        let runs = (0..<5).map { sampleRun($0, labels: ["text": String(repeating: "x", count: 1000)]) }
        try database.commit(runs.map { .save($0) })
        var sizes: [Int] = []
        var seen: [RunID] = []
        var query = RunQuery()
        query.maximumBytes = 2000
        repeat {
            let page = try database.runs(query)
            sizes.append(page.runs.count)
            seen += page.runs.map(\.id)
            query.before = page.next
        } while query.before != nil
        #expect(sizes == [2, 2, 1])
        #expect(seen == runs.reversed().map(\.id))
        query.maximumBytes = 1
        #expect(try database.runs(query).runs.count == 1)
    }

    @Test("State, name and labels select, alone and together")
    func filters() throws {
        var running = sampleRun(0, name: "build", labels: ["branch": "main", "who's": "me"])
        running.state = .running
        let queued = sampleRun(1, name: "build", labels: ["branch": "main"])
        let other = sampleRun(2, name: "test", labels: ["branch": "other"])
        try database.commit([.save(running), .save(queued), .save(other)])
        func ids(_ query: RunQuery) throws -> [RunID] { try database.runs(query).runs.map(\.id) }
        #expect(try ids(RunQuery(state: .queued)) == [other.id, queued.id])
        #expect(try ids(RunQuery(name: "build")) == [queued.id, running.id])
        #expect(try ids(RunQuery(labels: ["branch": "main"])) == [queued.id, running.id])
        #expect(try ids(RunQuery(labels: ["branch": "main", "who's": "me"])) == [running.id])
        #expect(try ids(RunQuery(state: .queued, name: "build", labels: ["branch": "main"])) == [queued.id])
        #expect(try ids(RunQuery(name: "' OR true --")) == [])
        #expect(try ids(RunQuery(state: .finished)) == [])
    }

    @Test("What is not finished comes in the order of submission, even when the clock was set back")
    func unfinished() throws {
        var runs = [5, 3, 9, 1].map { sampleRun($0) }
        for run in runs { try database.commit([.save(run)]) }
        runs[1].state = .finished
        runs[0].state = .running
        try database.commit([.save(runs[1]), .save(runs[0])])
        #expect(try database.unfinishedRuns().runs.map(\.id) == [runs[0].id, runs[2].id, runs[3].id])
    }

    @Test("Runs are listed in the order of submission, even when the clock was set back")
    func steppedClock() throws {
        var runs: [Run] = []
        for milliseconds in [5, 3, 9, 1] as [Int64] {
            let sample = sampleRun(milliseconds)
            let id = RunID(createdAt: sample.createdAt, after: runs.last?.id)
            runs.append(Run(id: id, specification: sample.specification, createdAt: sample.createdAt))
        }
        try database.commit(runs.map { .save($0) })
        let first = try database.runs(RunQuery(limit: 2))
        let rest = try database.runs(RunQuery(limit: 2, before: first.next))
        #expect((first.runs + rest.runs).map(\.id) == runs.reversed().map(\.id))
        #expect(try database.lastID() == runs.last?.id)
    }
}
