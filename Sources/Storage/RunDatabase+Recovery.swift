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
    }

    /// Brings the runs of a server that died to an end. To be called once, before any run is accepted.
    ///
    /// A run that was under way ends with its last stored frame; its totals are computed from the stored frames. One
    /// that was just being launched is not launched again: its command may have been executed.
    ///
    /// - Parameter ended: processes of these runs that lived on and have been ended.
    package func recover(ended: [RunID: [Int32]] = [:]) throws -> Recovery {
        let unfinished = try unfinishedRuns()
        let isUnderWay = { (run: Run) in run.state == .running || run.isClaimed == true }
        let interrupted = try unfinished.filter(isUnderWay).map { try interrupt($0, ended: ended[$0.id] ?? []) }
        if !interrupted.isEmpty { try commit(interrupted.map { .save($0) }) }
        return Recovery(interrupted: interrupted, queued: unfinished.filter { !isUnderWay($0) })
    }

    private func interrupt(_ run: Run, ended: [Int32]) throws -> Run {
        var run = run
        let isLaunched = run.state == .running
        run.state = .finished
        run.outcome = .interrupted
        if !ended.isEmpty {
            let pids = ended.map(String.init).joined(separator: ", ")
            run.warnings.append(
                "Processes of the command outlived the server and were ended when it started again (pid \(pids)): what "
                    + "they did meanwhile is not measured.")
        }
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
                + "how the command ended and how many ticks were missed is not known.")
        return run
    }

    /// Feeds the stored frames; a damaged chunk costs resolution and a warning, because values are cumulative.
    private func replay(_ run: Run, into accumulator: inout RunAccumulator) throws -> [String] {
        var warnings: [String] = []
        for ordinal in try chunkOrdinals(of: run.id) {
            do {
                guard let chunk = try chunk(of: run.id, after: ordinal - 1) else { continue }
                guard chunk.block.columnCount == accumulator.layout.columnCount else {
                    throw StorageError(.corrupt, "chunk \(ordinal) holds other columns than its run has.")
                }
                accumulator.add(chunk.block)
            } catch let error as StorageError where error.code == .corrupt {
                warnings.append("Some measurements are lost: \(error.message)")
            }
        }
        return warnings
    }
}
