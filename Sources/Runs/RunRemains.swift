import Glibc
import LinuxSystem

/// What lives on of the runs of a server that was killed, found without a cgroup.
///
/// A process belongs to a run when its environment says so (``variable``), when it is the main process, or when it is
/// in that one's session or descends from any of these. One that has emptied its environment *and* left the session of
/// a main process that is gone is not found; nor is one whose environment the server may not read.
package enum RunRemains {
    /// The variable that names the run in the environment of its command.
    package static let variable = "ERGOMETER_RUN_ID"

    /// Between two looks at processes that are being ended, in milliseconds, and how many looks there are at most.
    private static let lookInterval: Int32 = 5
    private static let looks = 200

    /// Ends what lives of the runs with SIGKILL and waits until it is gone.
    ///
    /// - Parameter unreadable: runs of which nothing else is known.
    /// - Returns: the processes, by run. What forks faster than it is looked for may escape.
    package static func end(of runs: [Run], unreadable: [RunID] = []) -> [RunID: [Int32]] {
        var ended: [RunID: Set<Int32>] = [:]
        guard !runs.isEmpty || !unreadable.isEmpty else { return [:] }
        for _ in 0..<looks {
            let living = find(runs, unreadable: unreadable)
            guard !living.isEmpty else { break }
            for (id, pids) in living {
                ended[id, default: []].formUnion(pids)
                for pid in pids { kill(pid, SIGKILL) }
            }
            poll(nil, 0, lookInterval)
        }
        return ended.mapValues { $0.sorted() }
    }

    /// What lives of the runs, this process aside.
    static func find(_ runs: [Run], unreadable: [RunID] = [], procRoot: String = "/proc") -> [RunID: [Int32]] {
        let table = ProcessTable(procRoot: procRoot)
        let marked = marks(in: table, procRoot: procRoot)
        let bootID = ProcessIdentity.currentBootID(procRoot: procRoot)
        var found: [RunID: [Int32]] = [:]
        let wanted = runs.map { ($0.id, table.main(of: $0, bootID: bootID)) } + unreadable.map { ($0, nil) }
        for (id, main) in wanted {
            let own = marked[id.description] ?? []
            let members = table.closure { own.contains($0.pid) || $0.pid == main || $0.session == main }
                .filter { $0 != getpid() }
            if !members.isEmpty { found[id] = members }
        }
        return found
    }

    /// The processes whose environment names a run, by that name.
    private static func marks(in table: ProcessTable, procRoot: String) -> [String: Set<Int32>] {
        var marked: [String: Set<Int32>] = [:]
        for process in table.processes {
            guard let mark = mark(of: process.pid, procRoot: procRoot) else { continue }
            marked[mark, default: []].insert(process.pid)
        }
        return marked
    }

    /// The run that the environment of a process names.
    static func mark(of pid: Int32, procRoot: String = "/proc") -> String? {
        guard let environment = try? PseudoFile.readText("\(procRoot)/\(pid)/environ") else { return nil }
        let entry = environment.split(separator: "\0").first { $0.hasPrefix("\(variable)=") }
        return entry.map { String($0.dropFirst(variable.utf8.count + 1)) }
    }
}

extension ProcessTable {
    /// The main process of a run, if it is still the one that was launched; perhaps a zombie.
    fileprivate func main(of run: Run, bootID: String) -> Int32? {
        guard let identity = run.process, identity.bootID == bootID else { return nil }
        return processes.first { $0.pid == run.pid && $0.startTicks == identity.startTicks }?.pid
    }
}
