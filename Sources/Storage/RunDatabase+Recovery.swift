import Analysis
import GRDB
import Measurement
import Runs

extension RunDatabase {
    /// What a start-up found from the server that ran before.
    package struct Recovery: Sendable {
        /// Runs that were under way; now finished as `interrupted`, with what had been stored of their measurements.
        package let interrupted: [Run]
        /// Runs that still wait for their turn, in the order of submission.
        package let queued: [Run]
        /// Runs that waited or were under way, and nobody knows more: they are left as they are.
        package let unreadable: [UnreadableRun]
    }

    /// Brings the runs of a server that died to an end. To be called once, before any run is accepted.
    ///
    /// A run that was under way ends with its last stored frame; its totals are computed from the stored frames. One
    /// that was just being launched is not launched again: its command may have been executed.
    ///
    /// - Parameters:
    ///   - ended: processes of these runs that lived on and have been ended.
    ///   - outputs: where their output is kept.
    package func recover(ended: [RunID: [Int32]] = [:], outputs: OutputDirectory? = nil) throws -> Recovery {
        let unfinished = try unfinishedRuns()
        // Whatever says that it may have been executed keeps it from being executed again.
        let launchedRows = try launchedRows()
        let isUnderWay = { (run: Run) in run.mayHaveBeenExecuted || launchedRows.contains(run.id.description) }
        let underWay = unfinished.runs.filter(isUnderWay)
        let launched = underWay.count { $0.state == .running }
        // The row of one that is finished says otherwise: it is written once more.
        let finished = underWay.filter { $0.state == .finished }
        let interrupted = try underWay.filter { $0.state != .finished }.map { run in
            var run = try interrupt(run, ended: ended[run.id] ?? [], launched: launched)
            run.output = outputs?.found(of: run.id)
            return run
        }
        let changed = finished + interrupted
        if !changed.isEmpty { try commit(changed.map { .save($0) }) }
        return Recovery(
            interrupted: interrupted, queued: unfinished.runs.filter { !isUnderWay($0) },
            unreadable: unfinished.unreadable)
    }

    /// The runs that are running by their rows, whatever their records say.
    private func launchedRows() throws -> Set<String> {
        try pool.read { try String.fetchSet($0, sql: "SELECT id FROM runs WHERE state = 'running'") }
    }

    /// - Parameter launched: how many runs were executed when the server died, this one included.
    private func interrupt(_ run: Run, ended: [Int32], launched: Int) throws -> Run {
        let isLaunched = run.state == .running
        var run = run
        run.state = .finished
        run.outcome = .interrupted
        if !ended.isEmpty { run.warnings.append(Self.warning(aboutEnded: ended)) }
        guard isLaunched else {
            run.warnings.append(
                "The server stopped while the command was being launched: it may have been executed, or not, and is "
                    + "not executed again. Nothing was measured.")
            return run
        }
        guard let startedAt = run.startedAt, let layout = run.layout else {
            run.warnings.append("The server stopped before the command was started: nothing was measured.")
            return run
        }
        try summarise(&run, startedAt: startedAt, layout: layout)
        run.warnings += RunCompanions.warnings(count: launched - 1 + (try runsThatEnded(after: startedAt)))
        return run
    }

    private func summarise(_ run: inout Run, startedAt: ClockAnchor, layout: SourceLayout) throws {
        var accumulator = RunAccumulator(layout: layout)
        run.warnings += try replay(run, into: &accumulator)
        accumulator.finish()
        run.endedAt = accumulator.lastInstant
        run.summary = RunSummary()
        run.summary?.totals = accumulator.totals
        run.warnings += accumulator.warnings
        let covered = accumulator.lastInstant.map { $0 - startedAt.monotonic } ?? .zero
        run.warnings.append(
            "The server stopped while the command ran. The totals are those of its first \(covered); what came after, "
                + "how the command ended, how much it wrote and how many ticks were missed is not known, nor whether the "
                + "command stopped its counters, as a set-uid program does.")
    }

    private static func warning(aboutEnded pids: [Int32]) -> String {
        "Processes of the command outlived the server and were ended when it started again (pid "
            + pids.map(String.init).joined(separator: ", ") + "): what they did meanwhile is not measured."
    }

    /// Feeds the stored frames, and the opening one where its chunk was lost; a damaged chunk costs resolution and a
    /// warning, because values are cumulative.
    private func replay(_ run: Run, into accumulator: inout RunAccumulator) throws -> [String] {
        var warnings: [String] = []
        for ordinal in try chunkOrdinals(of: run.id) {
            do {
                guard let chunk = try chunk(of: run.id, at: ordinal) else { continue }
                let block = try chunk.block(of: accumulator.layout)
                if accumulator.lastInstant == nil, let opening = run.opening, opening.isBefore(block) {
                    accumulator.add(opening.block)
                }
                accumulator.add(block)
            } catch let error as StorageError where error.code == .corrupt {
                warnings.append("Some measurements are lost: \(error.message)")
            }
        }
        return warnings
    }

    /// How many commands ended, with their end on disk, after another had been started.
    private func runsThatEnded(after start: ClockAnchor) throws -> Int {
        // The index is by the wall clock; the document has the clock that does not step.
        let count = try pool.read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM runs
                    WHERE ended_at >= ?
                        AND CASE WHEN json_valid(document) THEN json_extract(document, '$.endedAt.nanoseconds') END > ?
                    """,
                arguments: [start.wall.nanosecondsSinceEpoch, start.monotonic.nanoseconds])
        }
        return count ?? 0
    }
}

extension Run {
    fileprivate var mayHaveBeenExecuted: Bool {
        state != .queued || isClaimed == true || pid != nil || startedAt != nil || outcome != nil
    }
}
