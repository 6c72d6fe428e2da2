import Glibc
import SystemPackage

/// A run's main process and all that came from it.
struct ProcessTree: Sendable {
    let id: RunID
    let main: ChildProcess
    /// Nil where the kernel gave none: then descendants are looked for in `/proc`, and one that forks faster than
    /// it is looked for may escape.
    let cgroup: RunCgroup?
    let children: ChildRegistry

    /// Living processes other than the main one, which in a cgroup may be any but those that move about just now.
    var descendants: [Int32] {
        if cgroup?.isPopulated == false { return [] }
        // A cgroup that cannot be read is no empty one.
        if let pids = cgroup?.pids { return pids.filter { $0 != main.pid } }
        // Mostly there are none, and it shows without a walk through `/proc`.
        guard children.mayHaveDescendants else { return [] }
        let table = ProcessTable()
        let mains = children.mains
        let orphans =
            children.adoptsOrphans
            ? table.orphans(except: mains ?? [main.pid], strangers: children.strangers, where: isOwn(among: mains)) : []
        return Array(Set(table.members(ofRun: main.pid) + orphans)).sorted()
    }

    /// Whether a process lives on after the main one, though perhaps ``descendants`` did not see it.
    func isInhabited(by descendants: [Int32]) -> Bool {
        cgroup?.isPopulated ?? !descendants.isEmpty
    }

    /// Whether an orphan is of this run. It is known by its session or by its environment; one that has left the one
    /// and emptied the other belongs to the only run there is.
    private func isOwn(among mains: Set<Int32>?) -> (Int32) -> Bool {
        if let mains, mains.subtracting([main.pid]).isEmpty { return { _ in true } }
        return { RunRemains.mark(of: $0) == id.description }
    }

    /// Whether ``descendants`` can be asked now. Without a descriptor to look with it would find none, which is no answer.
    static var canLook: Bool {
        let directory = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory < 0 { return !LaunchShortage.codes.contains(Errno(rawValue: errno)) }
        close(directory)
        return true
    }

    /// Asks all of it to end.
    func terminate() {
        main.send(SIGTERM)
        for pid in descendants { kill(pid, SIGTERM) }
    }

    /// Ends all of it. Without a cgroup this wants to be called again until ``descendants`` is empty.
    func kill() {
        if let cgroup {
            cgroup.killAll()
        } else {
            main.send(SIGKILL)
            for pid in descendants { Glibc.kill(pid, SIGKILL) }
        }
    }

    private func kill(_ pid: Int32, _ signal: Int32) {
        Glibc.kill(pid, signal)
    }
}
